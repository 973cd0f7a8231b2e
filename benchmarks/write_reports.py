"""Time `oncorules validate` on laboratory rows of which some are faulty, report by report.

    python benchmarks/write_reports.py --rows 1000000 --faulty 0.05

The export is made beside the result (seeded); each faulty row breaks one of five rules, whose
messages hold values. Each run is a process of its own: what is told is wall time and peak memory of
the whole process, the median of `--repeat` runs, and the size of what it wrote.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from grade_labs import write_export
from timed import time_oncorules

FAULTS = 5
PACK = """
id: faulty
title: Rules that faulty rows break
version: 1.0.0
language: 1
source: ours
rules:
  - id: DATED
    title: A result has a date
    kind: check
    source: ours
    applies_to: {table: LB}
    condition: LBDTC is not null
    message: '{LBTEST} of visit {VISITNUM} has no date.'
  - id: NOT-NEGATIVE
    title: A result is not below zero
    kind: check
    source: ours
    applies_to: {table: LB}
    condition: LBSTRESN >= 0
    message: '{LBTEST} is {LBSTRESN} {LBSTRESU}.'
  - id: LIMITS-ORDER
    title: The lower limit is below the upper
    kind: check
    source: ours
    severity: warning
    applies_to: {table: LB}
    condition: LBSTNRLO < LBSTNRHI
    message: '{LBTEST} has the limits {LBSTNRLO} and {LBSTNRHI}.'
  - id: NOT-LONG-BEFORE
    title: A result is not from a year before the first dose
    kind: check
    source: ours
    applies_to: {table: LB}
    lookups:
      dose: {from: EX, take: only, on: [USUBJID]}
    condition: days_between(LBDTC, dose.EXSTDTC) < 365
    message: '{LBTEST} of {LBDTC}, first dose on {dose.EXSTDTC}.'
  - id: UNIT
    title: A result has a unit
    kind: check
    source: ours
    severity: notice
    applies_to: {table: LB}
    condition: LBSTRESU is not null
    message: '{LBTEST} is {LBSTRESN}, in no unit.'
"""


def spoil(folder: Path, faulty: float) -> None:
    """Give a share of the rows one of five faults each, and the subjects twenty sites."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "lb.parquet").to_pandas()
    draw = np.random.default_rng(2)
    chosen = draw.choice(len(table), round(faulty * len(table)), replace=False)
    dated, negative, limits, early, unit = np.array_split(chosen, FAULTS)
    name = table.columns.get_loc
    table.iloc[dated, name("LBDTC")] = None
    table.iloc[negative, name("LBSTRESN")] *= -1
    table.iloc[limits, name("LBSTNRLO")] += 1_000
    table.iloc[early, name("LBDTC")] = "1999-01-01"
    table.iloc[unit, name("LBSTRESU")] = None
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / "lb.parquet")
    people = pq.read_table(folder / "dm.parquet").to_pandas()
    people["SITEID"] = [f"{1 + number % 20:03d}" for number in range(len(people))]
    pq.write_table(pa.Table.from_pandas(people, preserve_index=False), folder / "dm.parquet")


def main() -> None:
    """Make the export, and print one line per report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--faulty", type=float, default=0.05)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "export").mkdir()
        write_export(folder / "export", options.rows)
        spoil(folder / "export", options.faulty)
        (folder / "faulty.yaml").write_text(PACK, encoding="utf-8")
        words = ["validate", str(folder / "export"), "--pack", str(folder / "faulty.yaml")]
        words += ["--structure", "none", "--fail-on", "never", "--quiet"]
        print(f"{options.rows:,} rows, {options.faulty:.0%} faulty")
        reports = {"nothing": [], "Parquet, CSV": ["--out", str(folder / "run")]}
        for name, ending in (("workbook", "xlsx"), ("page", "html")):
            reports[name] = ["--report", str(folder / f"report.{ending}")]
        for name, more in reports.items():
            timed = time_oncorules([*words, *more], options.repeat)
            target = Path(more[-1]) if more else None
            size = sum(file.stat().st_size for file in _files(target)) / 1e6
            print(f"{name:13} {timed}, {size:.1f} MB written", flush=True)


def _files(target: Path | None) -> list[Path]:
    if target is None:
        return []
    return list(target.iterdir()) if target.is_dir() else [target]


if __name__ == "__main__":
    main()
