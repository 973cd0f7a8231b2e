"""Time `oncorules derive` from lesions, or from recorded responses, to times to event.

    python benchmarks/respond.py --rows 1000000
    python benchmarks/respond.py --recorded 3000

The export is made beside the result (seeded): of each subject 5 lesions at 10 visits, or a recorded
response at each visit. Each run is a process of its own; told are the medians of `--repeat` runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from timed import time_oncorules

LINKS = ("T01", "T02", "T03", "X01", "X02")
ORGANS = ("LIVER", "LUNG", "LYMPH NODE", "BONE", "BONE")
TESTS = ("LDIAM", "LDIAM", "LPERP", "TUMSTATE", "TUMSTATE")
VISITS = 10
ROWS_EACH = VISITS * len(LINKS)


def write_subjects(folder: Path, subjects: int, draw: Any) -> tuple[Any, Any]:
    """Write DM and EX; return the ids and the first day of treatment."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    ids = np.array([f"STUDY01-{number:06d}" for number in range(subjects)])
    first = np.datetime64("2022-01-03") + draw.integers(0, 365, subjects)
    dead = draw.random(subjects) < 0.4
    death = np.where(dead, (first + draw.integers(100, 900, subjects)).astype(str), None)
    study = np.full(subjects, "STUDY01")
    dm = {"STUDYID": study, "USUBJID": ids, "RFXSTDTC": first.astype(str), "DTHDTC": death}
    ex = {"STUDYID": study, "USUBJID": ids, "EXSEQ": np.ones(subjects, int), "EXTRT": study,
          "EXDOSE": np.ones(subjects), "EXSTDTC": first.astype(str),
          "EXENDTC": (first + 100).astype(str)}  # fmt: skip
    pq.write_table(pa.table(dm), folder / "dm.parquet")
    pq.write_table(pa.table(ex), folder / "ex.parquet")
    return ids, first


def write_lesions(folder: Path, rows: int) -> None:
    """Write an export of so many rows of TR, with TU, DM and EX."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(4)
    subjects = max(1, rows // ROWS_EACH)
    ids, first = write_subjects(folder, subjects, draw)
    steps = draw.choice([0.7, 0.8, 0.9, 1.0, 1.0, 1.1, 1.25], (subjects, VISITS, 3))
    steps[:, 0, :] = draw.integers(15, 60, (subjects, 3))
    sizes = np.round(np.cumprod(steps, axis=1))
    value = np.full((subjects, VISITS, len(LINKS)), np.nan)
    value[:, :, :3] = np.where(draw.random(sizes.shape) < 0.01, np.nan, sizes)
    state = np.full(value.shape, None, dtype=object)
    state[:, :, 3:] = draw.choice(
        ["PRESENT", "ABSENT", "UNEQUIVOCAL"], (subjects, VISITS, 2), p=[0.9, 0.09, 0.01]
    )
    row = np.arange(value.size)
    subject, visit, link = row // ROWS_EACH, row // len(LINKS) % VISITS, row % len(LINKS)
    day = (first[subject] + np.where(visit == 0, -7, visit * 56)).astype(str)
    size = value.ravel()
    tr = {
        "STUDYID": np.full(len(row), "STUDY01"), "USUBJID": ids[subject],
        "TRSEQ": row % ROWS_EACH + 1, "TRLNKID": np.array(LINKS)[link],
        "TRTESTCD": np.array(TESTS)[link], "TRSTRESC": state.ravel(),
        "TRSTRESN": pa.array(size, mask=np.isnan(size)), "TRSTRESU": np.full(len(row), "mm"),
        "TREVAL": np.full(len(row), "INVESTIGATOR"), "VISITNUM": visit + 1.0, "TRDTC": day,
    }  # fmt: skip
    pq.write_table(pa.table(tr), folder / "tr.parquet")
    lesion = np.arange(subjects * len(LINKS))
    subject, link = lesion // len(LINKS), lesion % len(LINKS)
    tu = {
        "STUDYID": np.full(len(lesion), "STUDY01"), "USUBJID": ids[subject], "TUSEQ": link + 1,
        "TULNKID": np.array(LINKS)[link],
        "TUSTRESC": np.where(link < 3, "TARGET", "NON-TARGET"), "TULOC": np.array(ORGANS)[link],
        "TUEVAL": np.full(len(lesion), "INVESTIGATOR"), "VISITNUM": np.ones(len(lesion)),
        "TUDTC": (first[subject] - 7).astype(str),
    }  # fmt: skip
    pq.write_table(pa.table(tu), folder / "tu.parquet")


def write_recorded(folder: Path, subjects: int) -> None:
    """Write an export of so many subjects with a recorded response at each visit."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(5)
    ids, first = write_subjects(folder, subjects, draw)
    row = np.arange(subjects * VISITS)
    subject, visit = row // VISITS, row % VISITS
    words, shares = ["CR", "PR", "SD", "PD", "NE"], [0.1, 0.3, 0.4, 0.1, 0.1]
    rs = {
        "STUDYID": np.full(len(row), "STUDY01"), "USUBJID": ids[subject], "RSSEQ": visit + 1,
        "RSTESTCD": np.full(len(row), "OVRLRESP"),
        "RSSTRESC": draw.choice(words, len(row), p=shares),
        "RSEVAL": np.full(len(row), "INVESTIGATOR"), "VISITNUM": visit + 2.0,
        "RSDTC": (first[subject] + (visit + 1) * 42).astype(str),
    }  # fmt: skip
    pq.write_table(pa.table(rs), folder / "rs.parquet")


def main() -> int:
    """Print seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--recorded", type=int, help="subjects with recorded responses instead")
    parser.add_argument("--pack", default="time-to-event")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write the export here and time nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name) / "export"
        folder.mkdir(parents=True)
        words = ["derive", str(folder), "--pack", options.pack, "--quiet", "--out", f"{name}/out"]
        if options.recorded is None:
            write_lesions(folder, options.rows)
            what = f"{options.rows:,} rows of lesions"
        else:
            write_recorded(folder, options.recorded)
            words += ["--set", "response_source=recorded"]
            what = f"{options.recorded:,} subjects with recorded responses"
        if not options.keep:
            print(f"{what}, {options.pack}: {time_oncorules(words, options.repeat)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
