"""Two small runs compared, with a finding for each thing that one can come to."""

from __future__ import annotations

from pathlib import Path

from tests.validation.run_folders import Found, Ruled, write_run

from oncorules.validation.compare import compare_runs
from oncorules.validation.comparison import Comparison

SITES = {"101": ["A", "B"], "102": ["C"]}
BEFORE = [
    Found("R1", "A", "MILD", "open"),
    Found("R1", "B", "MILD", "accepted"),
    Found("R2", "A", "1", "open"),
    Found("R2", "B", "1", "open"),
    Found("R3", "A", "1", "open"),
]
AFTER = [
    Found("R1", "A", "MILD", "open"),
    Found("R1", "B", "SEVERE", "reopened"),
    Found("R1", "C", "SEVERE", "new"),
    Found("R3", "A", "1", "open"),
]


def compared(
    folder: Path, before: list[Found] | None = None, after: list[Found] | None = None
) -> Comparison:
    """Return the comparison of two runs; R3 has changed, and B is not in the second export."""
    rules = {"R1": Ruled(), "R2": Ruled(), "R3": Ruled()}
    first = write_run(
        folder / "one", BEFORE if before is None else before, rules,
        subjects=("A", "B"), sites=SITES,
    )  # fmt: skip
    second = write_run(
        folder / "two", AFTER if after is None else after, {**rules, "R3": Ruled("d2")},
        subjects=("A", "C"), sites=SITES, day="2024-03-08",
    )  # fmt: skip
    return compare_runs(first, second)
