"""DuckDB inside the process: one connection with bounded memory and a private temporary folder.

What protects the machine, since rule files and exports may come from strangers:

- No text of a user ever becomes SQL: queries are sqlglot trees made from closed lists, names are
  quoted, values are literals of the tree or bound parameters.
- Before the first row is read the connection is sealed: it may open the files of the export that
  `load` was given and its own temporary folder, no other file, no address on the network; it
  writes nothing elsewhere, and no setting can be changed any more.
- Extensions are neither installed nor loaded; Python variables are not found by their name.
- Rows spilled to disk lie in a folder of mode 0700, removed at close and at the end of the process.

Insertion order is kept: with `preserve_insertion_order=false` the rows of a CSV file of 1,000,000
lines came out in another order for 877,538 of them, and row numbers would be wrong. Only what knows
its place by then is stored without. Results have an order only where the query asks for one.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import get_ident
from types import TracebackType
from typing import TYPE_CHECKING, Self

from oncorules.engine.memory import bytes_of
from oncorules.engine.result import Result, explained_failures
from oncorules.errors import CallError, OutputError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    import duckdb
    import pyarrow as pa
    from sqlglot import exp

    from oncorules.data.export import Export
    from oncorules.data.model import ColumnType, Model
    from oncorules.engine.tables import Tables

_MOST_JOBS = 256  # threads; thousands of them stop a machine
_ROWS_TOGETHER = 81_920  # of a file on disk; each thread holds as many before it writes them


class Engine:
    """One DuckDB connection; use it in a `with` block, so that its temporary folder goes.

    Args:
        memory: The most memory the rows may take, such as `2GB`; more spills to disk. By default
            four fifths of the machine's memory.
        jobs: The number of threads; by default one for each processor.

    Raises:
        CallError: `memory "2 gigs" is not a size; write it like 500MB or 2GB`.
        OutputError: no temporary folder can be made.

    >>> from sqlglot import exp
    >>> with Engine(jobs=1) as engine:
    ...     engine.run(exp.select(exp.convert(1).as_("one"))).fetchall()
    [(1,)]
    """

    def __init__(self, memory: str | None = None, jobs: int | None = None) -> None:
        import duckdb

        settings: dict[str, str | bool | int | float | list[str]] = {
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
            "python_enable_replacements": "false",
        }
        if memory is not None:
            settings["memory_limit"] = f"{bytes_of(memory)}B"
        if jobs is not None:
            if not 1 <= jobs <= _MOST_JOBS:
                raise CallError(f"the number of jobs is {jobs}; give 1 to {_MOST_JOBS}")
            settings["threads"] = jobs
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="oncorules-"))
        except OSError as error:
            raise OutputError(
                f"no temporary folder can be made in {tempfile.gettempdir()} ({error.strerror});"
                " free some space or set TMPDIR to another folder"
            ) from None
        self._remove = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        settings["temp_directory"] = str(self.folder / "spill")
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:", config=settings)
        # Of a long query it would print a bar on standard output, amid the answer.
        self.connection.execute("SET enable_progress_bar = false").fetchall()
        self._beside = self.connection.cursor()
        self._thread = get_ident()
        self._unordered = self.connection.cursor()
        self._unordered.execute("SET SESSION preserve_insertion_order = false").fetchall()
        self._in_order = self.connection.cursor()
        self._worker: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[object]] = deque()
        self._stored: dict[str, Future[object]] = {}
        self._files: frozenset[str] | None = None
        self._macros: set[str] = set()
        self._views: set[str] = set()
        self._named: dict[str, exp.Query] = {}
        self._kept: set[str] = set()
        self._on_disk: dict[str, Path] = {}
        self._numbers = count()
        self.made: list[tuple[str, str]] = []  # what loading made: kind and name
        self.tables: Tables | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove the temporary folder; a second call does nothing."""
        if self._worker is not None:
            for cursor in (self._unordered, self._in_order):
                cursor.interrupt()
            self._worker.shutdown(cancel_futures=True)
            self._worker = None
        for one in (self._unordered, self._in_order, self._beside, self.connection):
            one.close()
        self._remove()

    def run(self, tree: exp.Expr, **parameters: object) -> Result:
        """Return the rows of a query; one other thread may run queries at the same time.

        Args:
            tree: Any sqlglot statement.
            parameters: The values of its placeholders (`exp.Placeholder(this="limit")`).

        Raises:
            DataError: the query needs more memory than allowed, or a file can no longer be read.
            OutputError: the disk is full.
            KeyboardInterrupt: Ctrl-C; the query has ended by then.
        """
        from sqlglot import exp

        self.seal(())
        text = self._text(tree)
        if get_ident() == self._thread:
            self.wait()
            here = self.connection
        else:
            self._wait_for(tree)
            here = self._beside
        with self.guard():
            if isinstance(tree, exp.Query):
                return Result(self, here.sql(text, params=parameters or None))
            # A statement whose result is not taken would block the connection.
            here.execute(text, parameters or None).fetchall()
        return Result(self, None)

    def statement(self, query: exp.Query) -> str:
        """Return a query as text, for another connection to the same rows.

        All that was given to be stored is stored by then.
        """
        self.seal(())
        self.wait()
        return self._text(query)

    def _text(self, tree: exp.Expr) -> str:
        """Return a statement as text, with the named queries that it reads in front of it.

        sqlglot rewrites some nodes before it writes them; without the copy that it would make for
        that, a tree says the same in DuckDB's words from then on.
        """
        from sqlglot import exp

        names = list(self._named_in(tree))
        if not names:
            return tree.sql("duckdb", copy=False)
        query = tree if isinstance(tree, exp.Query) else tree.expression
        own = query.args.get("with_")
        first = [
            exp.CTE(
                this=self._named[name],
                alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)),
                materialized=False,
            )
            for name in names
        ]
        # Put in and taken out again: the trees are so large that copies take longer.
        query.set("with_", exp.With(expressions=[*first, *(own.expressions if own else ())]))
        try:
            return tree.sql("duckdb", copy=False)
        finally:
            query.set("with_", own)

    def _named_in(self, tree: exp.Expr) -> dict[str, None]:
        """Return the named queries that a tree reads, each after those that it reads itself."""
        from sqlglot import exp

        found: dict[str, None] = {}
        for table in tree.find_all(exp.Table) if self._named else ():
            if table.name in self._named and table.name not in found:
                found |= self._named_in(self._named[table.name])
                found[table.name] = None
        return found

    def _later(self, cursor: duckdb.DuckDBPyConnection, tree: exp.Expr) -> Future[object]:
        """Run a statement after those that were given before; see `_queue`."""
        self.seal(())
        text = self._text(tree)
        return self._queue(lambda: cursor.execute(text).fetchall())

    def _queue(self, work: Callable[[], object]) -> Future[object]:
        """Do some work in a thread of its own, after what was given before.

        So the statements to come are put together while the engine works. What goes wrong is
        raised by the next call that needs an answer.
        """
        if self._worker is None:
            from concurrent.futures import ThreadPoolExecutor

            self._worker = ThreadPoolExecutor(max_workers=1)
        self._waiting.append(self._worker.submit(work))
        return self._waiting[-1]

    def wait(self) -> None:
        """Return when everything has run that was given to be stored or dropped.

        What went wrong is raised once; later calls go on with what was given after it. Only the
        thread that made the engine may call it.
        """
        with self.guard():
            while self._waiting:
                try:
                    self._waiting[0].result()
                finally:
                    if self._waiting[0].done():
                        self._waiting.popleft()

    def _wait_for(self, tree: exp.Expr) -> None:
        """Return when the tables are stored that a tree reads."""
        from sqlglot import exp

        trees = (tree, *(self._named[name] for name in self._named_in(tree)))
        read = {table.name for one in trees for table in one.find_all(exp.Table)}
        with self.guard():
            for name in read & self._stored.keys():
                self._stored[name].result()

    def store(self, name: str, tree: exp.Query) -> None:
        """Create a table in the engine from the rows of a query, in the query's order."""
        from sqlglot import exp

        from oncorules.engine import trees

        create = exp.Create(this=trees.table(name), kind="TABLE", expression=tree)
        self._stored[name] = self._later(self._in_order, create)

    def store_unordered(self, name: str, tree: exp.Query, *, on_disk: bool = False) -> None:
        """Store the rows of a query in any order; one thread alone can store rows in order.

        Args:
            name: the table.
            tree: the query.
            on_disk: the rows go into a file of the private folder, a tenth of their size in memory.
                Rows of one thread stay together in it, so a range of an ordered column is read
                without the rest of the file.
        """
        from glob import escape

        from sqlglot import exp

        from oncorules.engine import trees

        if not on_disk:
            create = exp.Create(this=trees.table(name), kind="TABLE", expression=tree)
            self._stored[name] = self._later(self._unordered, create)
            return
        self.seal(())
        path = self.folder / f"{next(self._numbers)}.parquet"
        text = self._text(tree)

        def write() -> None:
            rows = self._unordered.sql(text)
            rows.write_parquet(str(path), compression="snappy", row_group_size=_ROWS_TOGETHER)
            self._unordered.read_parquet(escape(str(path))).create_view(name)

        self._stored[name] = self._queue(write)
        self._views.add(name)
        self._on_disk[name] = path

    def keep(self, name: str, tree: exp.Query) -> None:
        """Create a table as long as the engine lives, unless one was kept under that name."""
        if name not in self._kept:
            self.store(name, tree)
            self._kept.add(name)

    def store_arrow(self, name: str, rows: pa.Table) -> None:
        """Create a table in the engine from an Arrow table, in its order."""
        from sqlglot import exp

        from oncorules.engine import trees

        self.seal(())
        with self.guard():
            self.connection.register("given rows", rows)
        try:
            rows_given = exp.select(exp.Star()).from_(trees.table("given rows"))
            self.run(exp.Create(this=trees.table(name), kind="TABLE", expression=rows_given))
        finally:
            self.connection.unregister("given rows")

    def view(self, name: str, tree: exp.Query) -> None:
        """Give a query a name, without running it."""
        from sqlglot import exp

        from oncorules.engine import trees

        self.run(exp.Create(this=trees.table(name), kind="VIEW", expression=tree))
        self._views.add(name)

    def name(self, name: str, tree: exp.Query) -> None:
        """Give a query a name, without looking at it; it becomes a part of those that read it.

        A view would be checked when it is made, and again with each view that reads it.
        """
        self._named[name] = tree

    def is_stored(self, name: str) -> bool:
        """Tell whether a name stands for rows that are kept, not for a query."""
        return name in self._on_disk or not (name in self._views or name in self._named)

    def drop(self, name: str) -> None:
        """Forget a stored table and free its memory or file, or forget the name of a query."""
        from sqlglot import exp

        from oncorules.engine import trees

        if self._named.pop(name, None) is not None:
            return
        kind = "VIEW" if name in self._views else "TABLE"
        self._views.discard(name)
        self._stored.pop(name, None)
        self._later(self._in_order, exp.Drop(tables=[trees.table(name)], kind=kind, exists=True))
        if name in self._on_disk:
            self.wait()
            self._on_disk.pop(name).unlink()

    def define(self, name: str, create: str) -> None:
        """Make one of the package's own macros, unless it is there."""
        if name not in self._macros:
            self._macros.add(name)
            self.connection.execute(create).fetchall()

    def load(self, export: Export, model: Model, only: Sequence[str] | None = None) -> Tables:
        """Make the tables of an export known as typed views; see `engine.load.load_tables`."""
        from oncorules.engine.load import load_tables

        self.tables = load_tables(self, export, model, only)
        return self.tables

    def columns(self, table: str) -> dict[str, ColumnType]:
        """Return the types of the columns of a loaded table, in the table's order."""
        if self.tables is None:
            raise CallError("no export is loaded; call load first")
        return {column.name: column.type for column in self.tables[table].columns.values()}

    def seal(self, files: Sequence[Path]) -> None:
        """Close the connection to everything but some files; later calls change nothing.

        Raises:
            CallError: the engine is sealed already and other files are asked for.
        """
        from glob import escape

        from sqlglot import exp

        # DuckDB compares the path as it is asked for, which is with wildcards escaped, and the
        # path that it then finds.
        paths = sorted({form for file in files for form in (str(file), escape(str(file)))})
        if self._files is not None:
            if not self._files.issuperset(paths):
                raise CallError("this engine has its files already; load an export into a new one")
            return
        self._files = frozenset(paths)
        for name, value in (
            ("allowed_paths", exp.Array(expressions=[exp.convert(path) for path in paths])),
            ("allowed_directories", exp.Array(expressions=[exp.convert(str(self.folder))])),
            ("enable_external_access", exp.false()),
            ("lock_configuration", exp.true()),
        ):
            item = exp.SetItem(this=exp.EQ(this=exp.column(name), expression=value))
            with self.guard():  # Ctrl-C may come here as well
                self.connection.execute(exp.Set(expressions=[item]).sql("duckdb")).fetchall()

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turn what DuckDB raises inside the block into the errors of this package."""
        try:
            with explained_failures(self.folder.parent):
                yield
        except KeyboardInterrupt:
            self.interrupt()
            raise

    def interrupt(self) -> None:
        """Stop what is running in any thread."""
        for one in (self.connection, self._beside, self._unordered, self._in_order):
            one.interrupt()
