"""Time `oncorules generate` on cohorts of any size: what subjects were assigned, or whole exports.

    python benchmarks/generate_cohort.py --subjects 10000000 --no-visits
    python benchmarks/generate_cohort.py --subjects 100000 --check

Each run is a process of its own; told are wall time, peak memory and rows a second of the whole
process, the median of `--repeat` runs. `--check` derives the study's tables from the export and
counts courses whose response, times or worst grades are not those that were assigned.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from timed import time_oncorules

MONTH = 30.4375
DIFFERENT = {
    "best responses": """
        SELECT count(*), count(*) FILTER (c.BESTRESP IS DISTINCT FROM p.BESTRESP)
        FROM courses c FULL JOIN adprrt p USING (SUBJID, EPOCH)""",
    "times without progression": f"""
        SELECT count(*), count(*) FILTER (round(AVAL * {MONTH})::INT IS DISTINCT FROM PFS
            OR (CNSR = 0) IS DISTINCT FROM (PFSBY IS NOT NULL))
        FROM courses FULL JOIN (FROM adtte WHERE PARAMCD = 'PFS') USING (SUBJID, EPOCH)""",
    "times to death": f"""
        SELECT count(*), count(*) FILTER (round(AVAL * {MONTH})::INT IS DISTINCT FROM "END" - START
            OR (CNSR = 0) IS DISTINCT FROM (DIED = 'Y'))
        FROM courses JOIN subjects USING (SUBJID)
        FULL JOIN (FROM adtte WHERE PARAMCD = 'OS') USING (SUBJID, EPOCH)""",
    "worst grades": """
        SELECT count(*), count(*) FILTER (GRADE IS DISTINCT FROM WORST)
        FROM (UNPIVOT (SELECT SUBJID, EPOCH, HGBGR HGB, WBCGR WBC, PLATGR PLAT, CREATGR CREAT
                       FROM courses)
              ON HGB, WBC, PLAT, CREAT INTO NAME PARAMCD VALUE WORST)
        FULL JOIN (FROM adtox WHERE PARAMCD <> 'ANY') USING (SUBJID, EPOCH, PARAMCD)""",
}  # fmt: skip


def rows_of(folder: Path) -> int:
    """Return how many rows the tables of a folder have."""
    import pyarrow.parquet as pq

    files = [path for path in folder.rglob("*.parquet") if path.is_file()]
    return sum(pq.ParquetFile(path).metadata.num_rows for path in files)


def check(folder: Path, words: list[str]) -> None:
    """Print how many answers of the rules are not what was assigned."""
    import duckdb

    study = words[1]
    time_oncorules([*words, "--no-visits", "--out", str(folder / "assigned")], 1)
    out = folder / "derived"
    time_oncorules(
        ["derive", str(folder / "export"), "--pack", study, "--quiet", "--out", str(out)], 1
    )
    connection = duckdb.connect()
    for table in ("courses", "subjects"):
        connection.read_parquet(f"{folder}/assigned/{table}.parquet/*.parquet").create_view(table)
    for table in ("adprrt", "adtte", "adtox"):
        rows = connection.read_parquet(str(out / f"{table}.parquet"))
        rows.select("*, right(USUBJID, 8) AS SUBJID").create_view(table)
    for name, query in DIFFERENT.items():
        count, wrong = connection.sql(query).fetchall()[0]
        print(f"{count:,} {name}, {wrong:,} not as assigned")


def main() -> int:
    """Print seconds, peak memory and rows a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", default="van-der-zwan-2018")
    parser.add_argument("--subjects", type=int, default=100_000)
    parser.add_argument("--no-visits", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    words = ["generate", options.study, "--subjects", str(options.subjects), "--quiet"]
    for _ in range(options.repeat):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            visits = ["--no-visits"] if options.no_visits else []
            timed = time_oncorules([*words, *visits, "--out", str(folder / "export")], 1)
            rows = rows_of(folder / "export")
            print(f"{options.subjects:,} subjects, {rows:,} rows: {timed}")
            rates = (options.subjects / timed.wall, rows / timed.wall)
            print("{:,.0f} subjects, {:,.0f} rows a second".format(*rates))
            if options.check and not options.no_visits:
                check(folder, words)
    return 0


if __name__ == "__main__":
    sys.exit(main())
