"""Validate an export that is larger than `--memory`, and watch the memory and the spilled rows.

    python benchmarks/large_exports.py --rows 20000000 --as csv --memory 1GB

The export is a million laboratory rows (seeded, some of them faulty), again and again with other
subjects. The run is a process of its own; told are wall time, processor time and the peak memory of
the whole process, and the most that lay in its temporary folder at a time.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from grade_labs import write_export
from timed import time_oncorules
from write_reports import PACK, spoil

from oncorules.data.write import write_table
from oncorules.data.xpt import RECORD, find_members

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

ROWS_EACH = 1_000_000
#: What the rules of `sdtm` ask of each table beyond the columns of grade_labs.py.
MORE = {
    "lb": {"DOMAIN": "LB", "LBCAT": "LABORATORY"},
    "ex": {"DOMAIN": "EX", "EXDOSU": "mg"},
    "dm": {"DOMAIN": "DM", "SEX": "F", "COUNTRY": "NLD", "ARMCD": "A", "ARM": "A",
           "ACTARMCD": "A", "ACTARM": "A", "RFICDTC": "2021-12-31"},
}  # fmt: skip
EVERY = 0.2  # seconds between two looks at the temporary folder


def write_large_export(folder: Path, rows: int, kind: str, faulty: float) -> None:
    """Write LB, EX and DM; a part of a million rows in memory at a time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    with tempfile.TemporaryDirectory() as name:
        part = Path(name)
        write_export(part, min(rows, ROWS_EACH))
        spoil(part, faulty)
        tables = {file.stem: _whole(file) for file in sorted(part.iterdir())}
    for stem, table in tables.items():
        place = table.schema.get_field_index("USUBJID")
        with _writer(folder / f"{stem}.{kind}", table.schema) as writer:
            for number in range(-(-rows // ROWS_EACH)):
                ids = pc.binary_join_element_wise(table["USUBJID"], pa.scalar(f"{number:03d}"), "-")
                writer.write_table(table.set_column(place, "USUBJID", ids))


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter | csv.CSVWriter | XptWriter:
    import pyarrow.csv as csv
    import pyarrow.parquet as pq

    makers = {".parquet": pq.ParquetWriter, ".csv": csv.CSVWriter, ".xpt": XptWriter}
    return makers[path.suffix](path, schema)


class XptWriter:
    """Writes tables whose texts have the same lengths, one after the other, into one file."""

    def __init__(self, path: Path, _: pa.Schema) -> None:
        self.path, self._file = path, path.open("wb")

    def __enter__(self) -> XptWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.write(b" " * (-self._file.tell() % RECORD))
        self._file.close()

    def write_table(self, table: pa.Table) -> None:
        """Write some rows, below the header of the first ones."""
        part = self.path.with_suffix(".part.xpt")
        write_table(table, part, "xpt", name=self.path.stem.upper())
        (member,) = find_members(part, part.name)
        start = member.start if self._file.tell() else 0
        end = member.start + member.rows * member.row_width
        self._file.write(part.read_bytes()[start:end])
        part.unlink()


def _whole(path: Path) -> pa.Table:
    """Return a table with all that rules ask of it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    for name, text in MORE[path.stem].items():
        table = table.append_column(name, pa.repeat(text, len(table)))
    same = {"dm": ("RFSTDTC", "RFXSTDTC"), "lb": ("LBSTRESC", "LBORRES")}
    if path.stem in same:
        name, like = same[path.stem]
        table = table.append_column(name, table[like])
    return table


class Watched:
    """The most bytes that lie in a folder at a time, looked at again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.most = folder, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self.most = max(self.most, sum(map(_size, self.folder.rglob("*"))))


def _size(path: Path) -> int:
    try:
        return path.stat().st_blocks * 512 if path.is_file() else 0
    except FileNotFoundError:  # it went between two looks
        return 0


def main() -> None:
    """Make the export, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--faulty", type=float, default=0.001)
    parser.add_argument("--as", dest="kind", choices=["parquet", "csv", "xpt"], default="parquet")
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--structure", default="pandera")
    parser.add_argument("--pack", help="the five rules of write_reports.py when none is named")
    parser.add_argument("--report", help="also write a report with this ending: xlsx or html")
    parser.add_argument("--export", help="a folder to keep the export in, made when it is empty")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        export = Path(options.export) if options.export else folder / "export"
        export.mkdir(exist_ok=True)
        if not any(export.iterdir()):
            write_large_export(export, options.rows, options.kind, options.faulty)
        size = sum(file.stat().st_size for file in export.iterdir()) / 1e9
        (folder / "five.yaml").write_text(PACK, encoding="utf-8")
        words = ["validate", str(export), "--pack", options.pack or str(folder / "five.yaml")]
        words += ["--structure", options.structure, "--memory", options.memory]
        words += ["--fail-on", "never", "--quiet", "--out", str(folder / "run")]
        words += ["--jobs", str(options.jobs)] if options.jobs else []
        words += ["--report", str(folder / f"report.{options.report}")] if options.report else []
        spilled = folder / "spilled"
        spilled.mkdir()
        os.environ["TMPDIR"] = str(spilled)
        with Watched(spilled) as watched:
            timed = time_oncorules(words, 1)
        written = sum(file.stat().st_size for file in (folder / "run").iterdir()) / 1e6
    print(
        f"{options.rows:,} rows as {options.kind}, {size:.2f} GB, --memory {options.memory}, "
        f"structure {options.structure}, {options.pack or 'five rules'}: {timed}, "
        f"{watched.most / 1e9:.1f} GB spilled, {written:.0f} MB of findings",
        flush=True,
    )


if __name__ == "__main__":
    main()
