"""The ledger as a file, and the intervals that a regression test takes for its tolerance."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path

from oncorules.calibration.ledger.intervals import NOT_REACHED
from oncorules.calibration.ledger.ledger import Entry, Ledger
from oncorules.errors import DataError
from oncorules.generators.latent import FOLDER

FILE = "ledger.csv"
COLUMNS = (
    "id", "printed", "twin", "verdict", "low", "middle", "high", "below", "not_reached",
    "not_computable", "inside", "cohorts", "seed", "why",
)  # fmt: skip
INSIDE = {True: "yes", False: "no", None: "no interval"}
REACHED_BY_NONE = "not reached"
Cells = tuple[str | int | float | None, ...]


@dataclass(frozen=True)
class Kept:
    """A figure as a ledger keeps it.

    Attributes:
        id: of the figure.
        verdict: on the twin.
        low, middle, high: of the cohorts, as printed, infinite where it is not reached; None
            without an interval.
        below: the share of the cohorts below the printed value; None without an interval.
        inside: the printed value lies between them.
        cohorts: that were drawn.
        seed: of the cohorts.
    """

    id: str
    verdict: str
    low: Decimal | None
    middle: Decimal | None
    high: Decimal | None
    below: float | None
    inside: bool | None
    cohorts: int
    seed: int


def row_of(one: Entry, ledger: Ledger) -> Cells:
    """Return a figure as a row of the file."""
    interval = one.interval
    ends: Cells = (None,) * 6
    if interval is not None:
        ends = (
            *map(_shown, (interval.low, interval.middle, interval.high)),
            *(round(part, 4) for part in (interval.below, interval.not_reached)),
            round(interval.not_computable, 4),
        )
    inside = INSIDE[None if interval is None else interval.inside]
    return (
        one.figure.id, one.figure.printed.text, one.twin, one.verdict, *ends, inside,
        ledger.cohorts, ledger.seed, one.why,
    )  # fmt: skip


def _shown(end: Decimal) -> str:
    return REACHED_BY_NONE if end == NOT_REACHED else f"{end:f}"


def ledger_file(ledger: Ledger) -> bytes:
    """Return the bytes of the file."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in ledger:
        writer.writerow(["" if cell is None else cell for cell in row_of(one, ledger)])
    return text.getvalue().encode()


def read_ledger(study: Path) -> Mapping[str, Kept]:
    """Return the ledger that a study ships, by figure.

    Args:
        study: the folder of the study.

    Raises:
        DataError: it has none.
    """
    path = study / FOLDER / FILE
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        raise DataError(
            f"the study {study.name} has no {FOLDER}/{FILE}; write one with oncorules ledger "
            f"{study.name} --out DIR"
        ) from None
    whether = {word: value for value, word in INSIDE.items()}
    return {
        row["id"]: Kept(
            row["id"],
            row["verdict"],
            _end(row["low"]),
            _end(row["middle"]),
            _end(row["high"]),
            float(row["below"]) if row["below"] else None,
            whether[row["inside"]],
            int(row["cohorts"]),
            int(row["seed"]),
        )
        for row in csv.DictReader(lines)
    }


def _end(text: str) -> Decimal | None:
    if text == REACHED_BY_NONE:
        return NOT_REACHED
    return Decimal(text) if text else None
