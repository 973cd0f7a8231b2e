"""What became of every finding between two runs: counts, rows, and the files that hold them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.data.whole_file import write_whole_files
from oncorules.validation.run_folder import Run

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

CHANGES = ("new", "reopened", "persisting", "not seen", "resolved")
WHYS = (
    "data changed",
    "data changed or undecided",
    "rule changed",
    "reading changed",
    "acceptance expired",
    "rule did not run",
    "rule could decide nothing",
    "rule not selected",
    "rule not in the packs",
    "table not in the export",
    "column not in the export",
    "subject not in the export",
    "nothing changed",
)
COLUMNS = (
    "change",
    "why",
    "finding_id",
    "rule_id",
    "rule_version",
    "severity",
    "table",
    "file",
    "row",
    "USUBJID",
    "key",
    "values_before",
    "values",
    "message",
    "state_before",
    "state",
)
FILES = ("comparison.parquet", "comparison.csv", "comparison.json")
_FAILING = ("new", "reopened")


@dataclass(frozen=True)
class Comparison:
    """Two runs beside each other.

    Attributes:
        before: the earlier run.
        after: the later run.
        rows: one row per finding of either run, with the columns of `comparison.parquet`, what
            needs a person first; texts and places are those of the later run where it has them.
    """

    before: Run
    after: Run
    rows: pl.DataFrame = field(repr=False)

    def counts(self) -> dict[str, int]:
        """Return how many findings came to what, every change named."""
        found = dict(self.rows.group_by("change").len().iter_rows())
        return {change: found.get(change, 0) for change in CHANGES}

    def reasons(self) -> list[tuple[str, str, int]]:
        """Return how many findings came to what for which reason, as (change, why, number)."""
        grouped = self.rows.group_by("change", "why").len().sort("change", "why")
        return list(grouped.iter_rows())

    def rules(self) -> list[dict[str, Any]]:
        """Return the counts of each rule on each table that has a finding in either run."""
        import polars as pl

        counted = [(pl.col("change") == change).sum().alias(change) for change in CHANGES]
        grouped = self.rows.group_by("severity", "rule_id", "table").agg(*counted)
        return grouped.sort("severity", "rule_id", "table").to_dicts()

    def worst(self, number: int = 10) -> list[dict[str, Any]]:
        """Return some rows that need a person: new and reopened ones, errors first."""
        import polars as pl

        return self.rows.filter(pl.col("change").is_in(_FAILING)).head(number).to_dicts()

    def exit_code(self) -> int:
        """Return 0 when nothing is new or reopened, else 1."""
        counts = self.counts()
        return int(any(counts[change] for change in _FAILING))

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as plain data, without the single findings."""
        return {
            "before": _run(self.before),
            "after": _run(self.after),
            "counts": self.counts(),
            "reasons": [
                {"change": change, "why": why, "findings": number}
                for change, why, number in self.reasons()
            ],
            "rules": self.rules(),
        }

    def write(self, folder: str | Path) -> list[Path]:
        """Write comparison.parquet, comparison.csv and comparison.json into a folder.

        In the CSV file a text that a spreadsheet program would run has an apostrophe in front.

        Raises:
            OutputError: a file cannot be written; none is left half written.
        """
        import io

        import pyarrow.parquet as pq

        from oncorules.data import write_csv
        from oncorules.data.write import TableRows

        table = self._arrow()
        parquet, text = io.BytesIO(), io.BytesIO()
        pq.write_table(table, parquet, compression="zstd")
        write_csv.write(TableRows(table), text, guard_formulas=True)
        summary = json.dumps(self.as_json(), indent=1, ensure_ascii=False) + "\n"
        contents = (parquet.getvalue(), text.getvalue(), summary.encode())
        return write_whole_files(Path(folder), dict(zip(FILES, contents, strict=True)))

    def _arrow(self) -> pa.Table:
        import polars as pl

        texts = self.rows.with_columns(pl.col(pl.Enum).cast(pl.String))
        table = texts.to_arrow()
        return table.cast(_schema(table))

    def __str__(self) -> str:
        """Return the counts in one line."""
        counts = self.counts()
        return ", ".join(f"{number:,} {change}" for change, number in counts.items())


def _schema(table: pa.Table) -> pa.Schema:
    import pyarrow as pa

    kinds = {"row": pa.int64()}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in table.schema.names])


def _run(run: Run) -> dict[str, Any]:
    return {
        "run": Path(run.name).name,
        "date": run.date.isoformat(),
        "study": run.study,
        "packs": dict(run.packs),
        "findings": run.findings,
    }
