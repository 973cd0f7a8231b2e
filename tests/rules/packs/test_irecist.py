"""iRECIST against a state machine, on random courses of one target and one new lesion."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from oncorules.rules.deriving.derive import derive

START = date(2024, 1, 1)
BASELINE = 50
BOTH = """\
id: immune-times
title: Times to event by immune responses
version: "1"
language: 1
extends: [irecist, time-to-event]
"""


class Visit(NamedTuple):
    """Days since the start, mm of the target (None: not measured) and of the new lesion.

    The new lesion: None has no row, 0 is recorded as absent.
    """

    day: int
    target: int | None
    new: int | None


def random_course(picked: random.Random) -> list[Visit]:
    """Return a course that often grows, shrinks back, and stands on a limit."""
    day, visits, is_new = 0, [], False
    for _ in range(picked.randrange(1, 7)):
        day += picked.choice([27, 28, 28, 56])
        target = picked.choice([0, 30, 35, 36, 40, 47, 48, 50, 60, 64, 65, 66, 70, 71, None])
        is_new = is_new or picked.random() < 0.15
        new = picked.choice([None, 0, 10, 14, 15, 20]) if is_new else None
        visits.append(Visit(day, target, new))
    return visits


def responses(course: list[Visit]) -> tuple[list[str], int | None]:
    """Return the immune response at each assessment, and the day of progression."""
    nadir, new_state, ever_new, free_before = BASELINE, 0, False, False
    last: tuple[bool, bool, int | None, int | None, int] | None = None
    block: int | None = None  # the day of the first iUPD of the unbroken block
    settled: int | None = None
    told: list[str] = []
    for day, target, new in course:
        if new is not None:
            ever_new, new_state = ever_new or new > 0, new
        new_pd = new_state > 0
        back = target is not None and free_before and target > 0
        grown = target is not None and target - nadir >= 5 and 10 * target >= 12 * nadir
        target_pd = target != 0 and (back or grown)
        free_before = free_before or (target == 0 and not ever_new)
        if target is not None:
            nadir = min(nadir, target)
        if target is None and (new is None or not new_pd):  # without a row there is no visit
            told.append("NE")
            continue
        if not (target_pd or new_pd):
            assert target is not None
            block, last = None, None
            told.append("iCR" if target == 0 else "iPR" if 10 * target <= 7 * BASELINE else "iSD")
            continue
        confirms = False
        if last is not None and day - last[4] >= 28:
            was_target, was_new, target_then, new_then, _ = last
            more = target is not None and target_then is not None and target - target_then >= 5
            larger = new is not None and new_then is not None and new - new_then >= 5 and new_then
            seen_first = new_then is not None and not new_then and new
            confirms = bool(
                (was_target and more)
                or (was_new and (larger or seen_first))
                or (target_pd and not was_target)
                or (new_pd and not was_new)
            )
        block = day if block is None else block
        if confirms and settled is None:
            settled = block
        told.append("iCPD" if settled is not None else "iUPD")
        last = (target_pd, new_pd, target, new, day)
    return told, settled if settled is not None else block


@pytest.fixture(scope="module")
def courses() -> dict[str, list[Visit]]:
    picked = random.Random(2017)
    return {f"S{number:04}": random_course(picked) for number in range(3000)}


def write(folder: Path, courses: dict[str, list[Visit]]) -> None:
    """Write an export of the lesions."""
    tu = ["USUBJID,TUSEQ,TULNKID,TUTESTCD,TUSTRESC,TULOC,VISITNUM,TUDTC"]
    tr = ["USUBJID,TRSEQ,TRLNKID,TRTESTCD,TRORRES,TRSTRESC,TRSTRESN,TRSTRESU,VISITNUM,TRDTC"]
    ex = ["USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC"]
    for name, visits in courses.items():
        ex.append(f"{name},1,X,5,{START}")
        tu.append(f"{name},1,T01,TUMIDENT,TARGET,LIVER,1,{START}")
        rows = [(1, START, "T01", BASELINE)]
        for number, (day, target, new) in enumerate(visits, 2):
            when = START + timedelta(day)
            rows += [(number, when, "T01", target)] + [(number, when, "NEW1", new)] * (
                new is not None
            )
        firsts = [(number, when) for number, when, link, size in rows if link == "NEW1" and size]
        if firsts:
            tu.append(f"{name},2,NEW1,TUMIDENT,NEW,LUNG,{firsts[0][0]},{firsts[0][1]}")
        for place, (number, when, link, size) in enumerate(rows, 1):
            if size is None:
                continue
            is_gone = size == 0 and link == "NEW1"
            found = "TUMSTATE,ABSENT,ABSENT,," if is_gone else f"LDIAM,{size},{size},{size},mm"
            tr.append(f"{name},{place},{link},{found},{number},{when}")
    for file, lines in (("tu", tu), ("tr", tr), ("ex", ex)):
        (folder / f"{file}.csv").write_text("\n".join(lines) + "\n", "utf-8")


def test_immune_responses_and_the_day_of_progression_are_those_of_a_state_machine(
    tmp_path: Path, courses: dict[str, list[Visit]]
) -> None:
    write(tmp_path, courses)
    pack = tmp_path / "immune-times.yaml"
    pack.write_text(BOTH)
    settings = {"after_missed": "event", "start_is_day": 0}
    with derive(
        [tmp_path / f"{one}.csv" for one in ("tu", "tr", "ex")], [pack], settings=settings
    ) as result:
        adrs, adtte = (result.table(name).to_pylist() for name in ("ADRS", "ADTTE"))
    told: dict[str, dict[int, str]] = {}
    for row in adrs:
        if row["PARAMCD"] == "OVRLRESP":
            told.setdefault(row["USUBJID"], {})[int(row["VISITNUM"])] = row["AVALC"]
    progression = {
        row["USUBJID"]: int(row["AVAL"]) if row["CNSR"] == 0 else None
        for row in adtte
        if row["PARAMCD"] == "PFS"
    }
    wrong = {}
    for name, visits in courses.items():
        expected, day = responses(visits)
        found = [told.get(name, {}).get(number, "NE") for number, _ in enumerate(visits, 2)]
        if (found, progression[name]) != (expected, day):
            wrong[name] = (visits, found, expected, progression[name], day)
    assert wrong == {}
