"""Time `oncorules derive` on laboratory rows of twenty tests, graded on both sides.

    python benchmarks/grade_labs.py --rows 1000000 --pack ctcae-5.0

The export is made beside the result (seeded); each run is a process of its own, and what is told is
wall time and peak memory of the whole process, the median of `--repeat` runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from timed import time_oncorules

TESTS = {
    "ALT": ("U/L", 7, 56), "AST": ("U/L", 10, 40), "ALP": ("U/L", 44, 147),
    "BILI": ("umol/L", 3, 21), "CREAT": ("umol/L", 60, 110), "GLUC": ("mmol/L", 3.9, 5.6),
    "SODIUM": ("mmol/L", 135, 145), "K": ("mmol/L", 3.5, 5.1), "CA": ("mmol/L", 2.1, 2.6),
    "MG": ("mmol/L", 0.7, 1.05), "ALB": ("g/L", 35, 50), "HGB": ("g/L", 120, 160),
    "WBC": ("10^9/L", 4, 11), "NEUT": ("10^9/L", 1.8, 7.5), "LYM": ("10^9/L", 1, 4),
    "PLAT": ("10^9/L", 150, 400), "INR": ("RATIO", 0.8, 1.2), "LIPASET": ("U/L", 10, 60),
    "AMYLASE": ("U/L", 30, 110), "GGT": ("U/L", 8, 61),
}  # fmt: skip
ROWS_EACH = 500  # of a subject: 20 tests at 25 visits, 3 of them before the first dose


def write_export(folder: Path, rows: int) -> None:
    """Write LB, EX and DM of so many laboratory rows as Parquet."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(1)
    subjects = max(1, rows // ROWS_EACH)
    row = np.arange(subjects * ROWS_EACH)
    subject, within = row // ROWS_EACH, row % ROWS_EACH
    visit, test = within // len(TESTS), within % len(TESTS)
    ids = np.array([f"STUDY01-{number:06d}" for number in range(subjects)])
    first = np.datetime64("2022-01-03") + draw.integers(0, 365, subjects)
    day = first[subject] + (visit - 2) * 21 + draw.integers(0, 3, len(row))
    low, high = (np.array([limits[side] for limits in TESTS.values()])[test] for side in (1, 2))
    value = np.maximum(np.round(low + (high - low) * draw.normal(0.5, 0.45, len(row)), 2), 0.01)
    units = np.array([unit for unit, *_ in TESTS.values()])[test]
    one = np.full(len(row), "STUDY01")
    lb = {
        "STUDYID": one, "USUBJID": ids[subject], "LBSEQ": within + 1,
        "LBTESTCD": np.array(list(TESTS))[test], "LBTEST": np.array(list(TESTS))[test],
        "LBSPEC": np.full(len(row), "SERUM"), "LBORRES": value.astype(str), "LBORRESU": units,
        "LBORNRLO": low.astype(str), "LBORNRHI": high.astype(str), "LBSTRESN": value,
        "LBSTRESU": units, "LBSTNRLO": low, "LBSTNRHI": high, "VISITNUM": visit + 1.0,
        "LBDTC": day.astype("datetime64[D]").astype(str),
    }  # fmt: skip
    pq.write_table(pa.table(lb), folder / "lb.parquet")
    study = np.full(subjects, "STUDY01")
    start, end = first.astype(str), (first + 100).astype(str)
    ex = {"STUDYID": study, "USUBJID": ids, "EXSEQ": np.ones(subjects, int), "EXTRT": study,
          "EXDOSE": np.ones(subjects), "EXSTDTC": start, "EXENDTC": end}  # fmt: skip
    pq.write_table(pa.table(ex), folder / "ex.parquet")
    dm = {"STUDYID": study, "USUBJID": ids, "SUBJID": ids, "RFXSTDTC": start, "RFXENDTC": end}
    pq.write_table(pa.table(dm), folder / "dm.parquet")


def main() -> int:
    """Print seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pack", default="ctcae-5.0")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", help="as of oncorules derive, such as 2500MB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "export").mkdir()
        write_export(folder / "export", options.rows)
        words = ["derive", str(folder / "export"), "--pack", options.pack, "--quiet"]
        words += ["--out", str(folder / "out")]
        words += ["--memory", options.memory] if options.memory else []
        timed = time_oncorules(words, options.repeat)
    print(f"{options.rows:,} rows, {options.pack}: {timed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
