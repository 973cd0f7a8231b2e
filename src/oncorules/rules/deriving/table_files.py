"""Files of derived tables: all of them appear or none does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.errors import CallError, OutputError

if TYPE_CHECKING:
    from oncorules.data.private import PrivateFolder
    from oncorules.data.write import WriteAs
    from oncorules.engine.duckdb import Engine
    from oncorules.rules.deriving.derived import DerivedTable


class TableFiles:
    """Writes tables one after the other, in a thread of its own while others are worked out.

    Each table becomes a file named after it, in lower case. They are drafts until `finish`.
    """

    def __init__(self, folder: str | Path, kind: WriteAs = "parquet") -> None:
        """Take the folder, which is made when there is something to write.

        Args:
            folder: made when it is not there.
            kind: parquet, csv, xpt or dataset-json.
        """
        from oncorules.data.write import SUFFIXES

        if kind not in SUFFIXES:
            raise CallError(f'"{kind}" is not parquet, csv, xpt or dataset-json')
        self.folder, self._kind = Path(folder), kind
        self._written: dict[str, Future[None]] = {}
        self._writing = ThreadPoolExecutor(1)
        self._drafts: PrivateFolder | None = None
        self._engine: Engine | None = None

    def add(self, table: DerivedTable) -> None:
        """Write a table as soon as those before it are written; returns at once.

        Raises:
            OutputError: the folder cannot be made.
        """
        assert table.session is not None
        from oncorules.data.private import PrivateFolder
        from oncorules.data.write import SUFFIXES

        if self._drafts is None:
            with _explained(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
                self._drafts = PrivateFolder(inside=self.folder)
        self._engine = table.session.engine
        name = f"{table.name.lower()}{SUFFIXES[self._kind]}"
        self._written[name] = self._writing.submit(self._write, table, self._drafts.path / name)

    def finish(self) -> list[Path]:
        """Let the files appear, once all are written, and return their paths.

        Raises:
            OutputError: a file cannot be written; none is left half written.
        """
        try:
            with _explained(self.folder):
                for writing in self._written.values():
                    writing.result()
                for name in self._written:
                    assert self._drafts is not None
                    (self._drafts.path / name).replace(self.folder / name)
        finally:
            self.stop()
        return [self.folder / name for name in self._written]

    def stop(self) -> None:
        """End what is being written and remove the drafts; a second call does nothing.

        When the user interrupts this too, the drafts go with the last thread that writes them.
        """
        if self._engine is not None and not all(one.done() for one in self._written.values()):
            self._engine.interrupt()
        self._writing.shutdown(cancel_futures=True)
        if self._drafts is not None:
            self._drafts.close()

    def _write(self, table: DerivedTable, path: Path) -> None:
        from oncorules.data.write import write_table

        assert table.relation is not None
        rows = table.in_order()
        name = table.name.upper()
        write_table(
            rows,
            path,
            self._kind,
            name=name,
            label=table.title,
            labels=table.labels,
            key=table.relation.key,
        )
        table.__dict__["rows"] = rows.count  # the table is frozen, what it holds is too


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise OutputError(f"{root} is no folder; choose another one with --out") from None
    except OutputError as error:
        # A file that has no room names its draft, which is gone and nobody asked for.
        if isinstance(error.__cause__, OSError):
            raise _no_room(root, error.__cause__) from None
        raise
    except OSError as error:
        raise _no_room(root, error) from None


def _no_room(root: Path, error: OSError) -> OutputError:
    return OutputError(
        f"the tables cannot be written to {root} ({error.strerror or error}); nothing was left "
        "half written: free some space or choose another folder with --out"
    )
