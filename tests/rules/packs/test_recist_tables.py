"""The two overall-response tables of the guideline, every cell, from measured lesions."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive

# Two targets of 50 mm at baseline, and what they measure at the next visit.
TARGETS: dict[str, tuple[str, str] | None] = {
    "none": None,
    "CR": ("0", "0"),
    "PR": ("30", "30"),
    "SD": ("45", "45"),
    "PD": ("70", "60"),
    "NE": ("30", ""),
}
# Two non-targets, and their states at the next visit.
NON_TARGETS: dict[str, tuple[str, str] | None] = {
    "none": None,
    "CR": ("ABSENT", "ABSENT"),
    "NON-CR/NON-PD": ("PRESENT", "ABSENT"),
    "PD": ("UNEQUIVOCAL", "PRESENT"),
    "NE": ("ABSENT", ""),
}
CELLS = list(product(TARGETS, NON_TARGETS, (False, True)))
VISITS = {1: "2024-01-01", 2: "2024-03-01"}


def overall(target: str, non_target: str, new: bool) -> str:
    """Read E09 Tables 1 and 2, with NE where they have no line."""
    if new or "PD" in (target, non_target):
        return "PD"
    if target == "none":
        return "NE" if non_target == "none" else non_target
    if target == "CR":
        return "CR" if non_target in ("CR", "none") else "PR"
    return target


def name_of(cell: tuple[str, str, bool]) -> str:
    return f"S{CELLS.index(cell):02}"


def write(folder: Path, *, shuffled: int | None = None) -> Path:
    """Write an export with one subject for each cell; perhaps in another order of rows."""
    identified: list[str] = []
    measured: list[str] = []
    for cell in CELLS:
        subject, (target, non_target, new) = name_of(cell), cell
        sizes, states = TARGETS[target], NON_TARGETS[non_target]
        # A visit has a row even where nothing of it was known at baseline.
        measured += [f"{subject},{{}},X,TUMSTATE,,PRESENT,{v},{day}" for v, day in VISITS.items()]
        for number, size in enumerate(sizes or ()):
            identified.append(f"{subject},{{}},T{number},TARGET,LIVER,1")
            measured.append(f"{subject},{{}},T{number},LDIAM,50,50,1,{VISITS[1]}")
            measured.append(f"{subject},{{}},T{number},LDIAM,{size},{size},2,{VISITS[2]}")
        for number, state in enumerate(states or ()):
            identified.append(f"{subject},{{}},NT{number},NON-TARGET,BONE,1")
            measured.append(f"{subject},{{}},NT{number},TUMSTATE,,PRESENT,1,{VISITS[1]}")
            measured.append(f"{subject},{{}},NT{number},TUMSTATE,,{state},2,{VISITS[2]}")
        if new:
            identified.append(f"{subject},{{}},N1,NEW,BRAIN,2")
            measured.append(f"{subject},{{}},N1,TUMSTATE,,PRESENT,2,{VISITS[2]}")
    if shuffled is not None:
        for rows in (identified, measured):
            random.Random(shuffled).shuffle(rows)
    heads = {
        "tu": "USUBJID,TUSEQ,TULNKID,TUORRES,TULOC,VISITNUM",
        "tr": "USUBJID,TRSEQ,TRLNKID,TRTESTCD,TRSTRESN,TRSTRESC,VISITNUM,TRDTC",
    }
    folder.mkdir()
    for table, rows in (("tu", identified), ("tr", measured)):
        text = "\n".join([heads[table], *(row.format(n) for n, row in enumerate(rows, 1))])
        (folder / f"{table}.csv").write_text(text + "\n", "utf-8")
    return folder


def responses(folder: Path, settings: dict[str, Any] | None = None) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with derive(folder, ["recist-1.1"], settings=settings) as result:
        for row in result.table("ADRS").to_pylist():
            found.setdefault(row["USUBJID"], {})[row["PARAMCD"]] = row["AVALC"]
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    return responses(write(tmp_path_factory.mktemp("cells") / "export"))


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: "-".join(map(str, cell)))
def test_every_cell_has_the_answer_of_the_guideline(
    found: dict[str, dict[str, str]], cell: tuple[str, str, bool]
) -> None:
    target, non_target, new = cell
    told = found[name_of(cell)]
    assert told.get("TRGRESP", "none") == target
    assert told.get("NTRGRESP", "none") == non_target
    assert told["NEWLPROG"] == ("Y" if new else "N")
    assert told["OVRLRESP"] == overall(*cell)


def test_targets_gone_and_non_targets_not_evaluated_can_be_not_evaluable(tmp_path: Path) -> None:
    told = responses(write(tmp_path / "export"), {"non_target_not_evaluated": "NE"})
    assert told[name_of(("CR", "NE", False))]["OVRLRESP"] == "NE"
    assert told[name_of(("CR", "NON-CR/NON-PD", False))]["OVRLRESP"] == "PR"


def test_the_order_of_rows_changes_no_response(
    found: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    assert responses(write(tmp_path / "export", shuffled=4)) == found


def test_a_new_lesion_never_improves_a_response(found: dict[str, dict[str, str]]) -> None:
    best_first = ["CR", "PR", "SD", "NON-CR/NON-PD", "NE", "PD"]
    for target, non_target in product(TARGETS, NON_TARGETS):
        without, with_one = (
            best_first.index(found[name_of((target, non_target, new))]["OVRLRESP"])
            for new in (False, True)
        )
        assert with_one >= without
