"""Times to event against a plain loop over days, on random courses of recorded responses."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive

START = date(2024, 1, 1)
DEFAULTS: dict[str, Any] = {
    "adequate": "whole",
    "after_missed": "censored",
    "many_missed": 2,
    "missed_by": "schedule",
    "scan_every": 56,
    "scan_tolerance": 7,
    "after_new_therapy": "censored",
    "after_stop": "censored",
    "duration_to": "progression or death",
    "start_is_day": 1,
    "days_in_month": 30.4375,
}
EMA = {"after_missed": "event", "after_new_therapy": "ignored", "after_stop": "ignored"}
SETTINGS: list[dict[str, Any]] = [
    {},
    EMA,
    {"adequate": "any", "missed_by": "interval"},
    {"after_new_therapy": "event", "many_missed": 1},
    {"scan_every": 42, "scan_tolerance": 10, "after_stop": "ignored"},
    {"duration_to": "progression", "after_new_therapy": "ignored", "start_is_day": 0},
    {"missed_by": "interval", "many_missed": 3, "days_in_month": 30},
]
FIRST = {"duration_of": "response", "response_source": "recorded", "cr_then_pr": "as they are"}


@dataclass(frozen=True)
class Subject:
    """Days since the start: assessments with their response, and what else happened."""

    scans: tuple[tuple[int, str], ...]
    death: int | None
    therapy: int | None
    stop: int | None
    seen: int


def random_subject(picked: random.Random) -> Subject:
    """Return a course that is often on a limit: planned days, and days about them."""
    days, day = [], 0
    for _ in range(picked.randrange(7)):
        day += picked.choice([14, 42, 49, 56, 56, 56, 63, 112, 119, 168, 170])
        days.append(day)
    responses = picked.choices(["CR", "PR", "SD", "NE", "PD"], [1, 2, 5, 2, 1], k=len(days))

    def some_day() -> int | None:
        near = picked.choice([0, *days]) + picked.choice([0, 0, 1, 30, 63, 119, 120, 126, 127])
        return max(near, 1) if picked.random() < 0.4 else None

    death = some_day()
    if death is not None:
        days = [one for one in days if one <= death]
    scans = tuple(zip(days, responses, strict=False))
    stop = some_day()
    seen = max([*days, stop or 0, picked.randrange(1, 300)])
    return Subject(scans, death, some_day(), stop, seen)


def missed(known: int, event: int, how: dict[str, Any]) -> bool:
    """Tell whether too many planned assessments lie between two days."""
    every, slack = how["scan_every"], how["scan_tolerance"]
    if how["missed_by"] == "interval":
        return bool(event - known > how["many_missed"] * every + 2 * slack)
    planned = range(every, event + 1, every)
    between = [day for day in planned if day - slack > known and day + slack < event]
    return len(between) >= how["many_missed"]


def first_day(*days: int | None) -> int | None:
    """Return the earliest of the days that are known."""
    return min((day for day in days if day is not None), default=None)


def assessed(
    subject: Subject, start: int, event: int | None, how: dict[str, Any]
) -> tuple[int, bool]:
    """Return the last day of an endpoint, and whether it is an event."""
    adequate = []
    for day, response in subject.scans:
        if response == "PD":
            break
        if response != "NE" or how["adequate"] == "any":
            adequate.append(day)

    def last(until: int) -> int:
        return max([start, *(day for day in adequate if day <= until)])

    therapy = subject.therapy
    if how["after_new_therapy"] == "event" and therapy is not None and therapy < (event or 10**6):
        return max(therapy, start), True
    bars = [therapy] if how["after_new_therapy"] == "censored" else []
    bars += [subject.stop] if how["after_stop"] == "censored" else []
    bar = first_day(*bars)
    if bar is not None and (event is None or event > bar):
        return last(bar), False
    if event is None:
        return last(10**6), False
    known = max([0, *(day for day in adequate if day <= event)])
    if how["after_missed"] == "censored" and missed(known, event, how):
        return last(event), False
    return event, True


def times(subject: Subject, how: dict[str, Any]) -> dict[str, tuple[int, bool]]:
    """Return the days from the start of each endpoint to its end, and whether it is an event."""
    progression = next((day for day, response in subject.scans if response == "PD"), None)
    either = first_day(progression, subject.death)
    found = {
        "PFS": assessed(subject, 0, either, how),
        "TTP": assessed(subject, 0, progression, how),
        "OS": (subject.seen, False) if subject.death is None else (subject.death, True),
    }
    found["FOLLOWUP"] = (found["OS"][0], not found["OS"][1])
    for day, response in subject.scans:
        if response == "PD" or (subject.therapy is not None and day > subject.therapy):
            break
        if response in ("CR", "PR"):
            ends = progression if how["duration_to"] == "progression" else either
            end, is_event = assessed(subject, day, ends, how)
            found["TTR"], found["DOR"] = (day, True), (end - day, is_event)
            break
    return found


def write(folder: Path, subjects: dict[str, Subject]) -> None:
    """Write an export of recorded responses."""
    tables: dict[str, list[str]] = {
        "rs": ["USUBJID,RSSEQ,RSTESTCD,RSSTRESC,VISITNUM,RSDTC"],
        "dm": ["USUBJID,DTHDTC"],
        "ex": ["USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC"],
        "ds": ["USUBJID,DSSEQ,DSCAT,DSDECOD,DSSTDTC"],
        "cm": ["USUBJID,CMSEQ,CMCAT,CMSTDTC"],
        "vs": ["USUBJID,VSSEQ,VSDTC"],
    }

    def on(day: int | None) -> str:
        return "" if day is None else str(START + timedelta(day))

    for name, one in subjects.items():
        for number, (day, response) in enumerate(one.scans, 1):
            tables["rs"].append(f"{name},{number},OVRLRESP,{response},{number + 1},{on(day)}")
        tables["dm"].append(f"{name},{on(one.death)}")
        tables["ex"].append(f"{name},1,X,5,{START}")
        tables["vs"].append(f"{name},1,{on(one.seen)}")
        if one.stop is not None:
            tables["ds"].append(f"{name},1,DISPOSITION EVENT,ADVERSE EVENT,{on(one.stop)}")
        if one.therapy is not None:
            tables["cm"].append(f"{name},1,ANTICANCER THERAPY,{on(one.therapy)}")
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")


@pytest.fixture(scope="module")
def subjects() -> dict[str, Subject]:
    picked = random.Random(20261127)
    return {f"S{number:04}": random_subject(picked) for number in range(3000)}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory, subjects: dict[str, Subject]) -> Path:
    folder = tmp_path_factory.mktemp("times")
    write(folder, subjects)
    return folder


@pytest.mark.parametrize("how", SETTINGS, ids=lambda how: ", ".join(how) or "as it is")
def test_times_to_event_are_those_of_a_plain_loop(
    export: Path, subjects: dict[str, Subject], how: dict[str, Any]
) -> None:
    known = {**DEFAULTS, **how}
    with derive(export, ["time-to-event"], settings={**FIRST, **how}) as result:
        rows = result.table("ADTTE").to_pylist()
    found: dict[str, dict[str, tuple[int, bool]]] = {}
    for row in rows:
        days = int(row["AVAL"]) - known["start_is_day"]
        found.setdefault(row["USUBJID"], {})[row["PARAMCD"]] = (days, row["CNSR"] == 0)
        assert row["AVALM"] == pytest.approx(int(row["AVAL"]) / known["days_in_month"], abs=6e-5)
        assert (row["EVNTDESC"] is None) == (row["CNSR"] == 1)
    wrong = {
        name: (one, found[name], times(one, known))
        for name, one in subjects.items()
        if found[name] != times(one, known)
    }
    assert wrong == {}
