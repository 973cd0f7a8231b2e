"""Progression-free survival as either agency censors it: one subject per row of the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive
from oncorules.rules.deriving.derived import DeriveResult

# Treatment starts on 2024-01-01. Assessments are planned every 8 weeks, a week early or late:
# 02-26, 04-22, 06-17, 08-12, 10-07. T01 is 50 mm; 40 mm is stable, 55 mm from 40 mm progression.
SCANS = {
    "1 no scan and alive": "",
    "1 baseline only and alive": "01-01 50",
    "2 death before the first planned scan": "01-01 50",
    "2 no scan and early death": "",
    "3 progression between visits": "01-01 50 | 02-26 40 | 04-22 40 | 05-20 55",
    "4 stopped for toxicity": "01-01 50 | 02-26 40 | 04-22 40 | 06-17 55",
    "4 clinical progression": "01-01 50 | 02-26 40 | 04-22 40",
    "5 new therapy": "01-01 50 | 02-26 40 | 04-22 40 | 06-17 55",
    "6 progression after two missed": "01-01 50 | 02-26 40 | 04-22 40 | 09-01 55",
    "6 death after two missed": "01-01 50 | 02-26 40 | 04-22 40",
    "7 progression after one missed": "01-01 50 | 02-26 40 | 04-22 40 | 08-12 55",
    "7 death after one missed": "01-01 50 | 02-26 40 | 04-22 40",
    "8 lost to follow-up": "01-01 50 | 02-26 40 | 04-22 40",
}
DEATHS = {
    "2 death before the first planned scan": "02-01",
    "2 no scan and early death": "02-01",
    "4 clinical progression": "06-01",
    "6 death after two missed": "09-01",
    "7 death after one missed": "08-01",
}
STOPS = {
    "4 stopped for toxicity": ("ADVERSE EVENT", "05-01"),
    "4 clinical progression": ("PHYSICIAN DECISION", "05-01"),
    "8 lost to follow-up": ("LOST TO FOLLOW-UP", "08-01"),
}
THERAPIES = {"5 new therapy": "05-01"}

ANSWERS = {  # the day, and whether it is an event: FDA 2007 Table A, and EMA
    "1 no scan and alive": ("01-01 censored", "01-01 censored"),
    "1 baseline only and alive": ("01-01 censored", "01-01 censored"),
    "2 death before the first planned scan": ("02-01 event", "02-01 event"),
    "2 no scan and early death": ("02-01 event", "02-01 event"),
    "3 progression between visits": ("05-20 event", "05-20 event"),
    "4 stopped for toxicity": ("04-22 censored", "06-17 event"),
    "4 clinical progression": ("04-22 censored", "06-01 event"),
    "5 new therapy": ("04-22 censored", "06-17 event"),
    "6 progression after two missed": ("04-22 censored", "09-01 event"),
    "6 death after two missed": ("04-22 censored", "09-01 event"),
    "7 progression after one missed": ("08-12 event", "08-12 event"),
    "7 death after one missed": ("08-01 event", "08-01 event"),
    "8 lost to follow-up": ("04-22 censored", "04-22 censored"),
}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agencies")
    tr, tu = [], []
    for subject, course in SCANS.items():
        for number, scan in enumerate(course.split(" | ") if course else [], 1):
            day, size = scan.split()
            row = f"{subject},{number},T01,LDIAM,{size},{size},mm,{number},2024-{day}"
            tr.append(row)
        if course:
            tu.append(f"{subject},1,T01,TUMIDENT,TARGET,LIVER,1,2024-01-01")
    write(folder, "tr", "TRSEQ,TRLNKID,TRTESTCD,TRSTRESC,TRSTRESN,TRSTRESU,VISITNUM,TRDTC", tr)
    write(folder, "tu", "TUSEQ,TULNKID,TUTESTCD,TUSTRESC,TULOC,VISITNUM,TUDTC", tu)
    died = [f"{one},2024-{DEATHS[one]}" if one in DEATHS else f"{one}," for one in SCANS]
    write(folder, "dm", "DTHDTC", died)
    write(folder, "ex", "EXSEQ,EXTRT,EXDOSE,EXSTDTC", [f"{one},1,X,5,2024-01-01" for one in SCANS])
    stops = [f"{one},1,DISPOSITION EVENT,{why},2024-{day}" for one, (why, day) in STOPS.items()]
    write(folder, "ds", "DSSEQ,DSCAT,DSDECOD,DSSTDTC", stops)
    others = [f"{one},1,ANTICANCER THERAPY,2024-{day}" for one, day in THERAPIES.items()]
    write(folder, "cm", "CMSEQ,CMCAT,CMSTDTC", others)
    return folder


def write(folder: Path, name: str, columns: str, rows: list[str]) -> None:
    text = "\n".join([f"USUBJID,{columns}", *rows])
    (folder / f"{name}.csv").write_text(f"{text}\n", "utf-8")


def answers(result: DeriveResult, parameter: str = "PFS") -> dict[str, str]:
    return {
        row["USUBJID"]: f"{row['ADT'][5:]} {'censored' if row['CNSR'] else 'event'}"
        for row in result.table("ADTTE").to_pylist()
        if row["PARAMCD"] == parameter
    }


@pytest.mark.parametrize("agency", ["fda", "ema"])
def test_progression_free_survival_is_censored_as_the_agency_does(
    export: Path, agency: str
) -> None:
    with derive(export, ["time-to-event"], preset=agency) as result:
        found = answers(result)
    place = ("fda", "ema").index(agency)
    # A subject without a baseline: incomplete, and yet dead early is an event (parameter
    # early_death says which of two rows of the table wins).
    assert found == {subject: both[place] for subject, both in ANSWERS.items()}


@pytest.fixture(scope="module")
def fda(export: Path) -> Iterator[DeriveResult]:
    with derive(export, ["time-to-event"]) as result:
        yield result


def test_what_holds_without_a_preset_is_table_a(fda: DeriveResult) -> None:
    assert answers(fda) == {subject: both[0] for subject, both in ANSWERS.items()}


def test_death_is_no_event_of_the_time_to_progression(fda: DeriveResult) -> None:
    found = answers(fda, "TTP")
    assert found["7 death after one missed"] == "04-22 censored"
    assert found["7 progression after one missed"] == "08-12 event"


def test_survival_counts_every_death_and_follow_up_none(fda: DeriveResult) -> None:
    survival, follow_up = answers(fda, "OS"), answers(fda, "FOLLOWUP")
    assert {one for one, answer in survival.items() if answer.endswith("event")} == set(DEATHS)
    assert {one for one, answer in follow_up.items() if answer.endswith("censored")} == set(DEATHS)
    assert [one[:5] for one in survival.values()] == [one[:5] for one in follow_up.values()]


def test_every_day_says_where_it_was_read(fda: DeriveResult) -> None:
    rows: dict[str, Any] = {
        row["USUBJID"]: (row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"])
        for row in fda.table("ADTTE").to_pylist()
        if row["PARAMCD"] == "PFS"
    }
    assert rows["1 no scan and alive"] == ("EX", "EXSTDTC", 1)
    assert rows["2 no scan and early death"] == ("DM", "DTHDTC", None)
    assert rows["3 progression between visits"] == ("ADRS", "ADT", 4)
    assert rows["5 new therapy"] == ("ADRS", "ADT", 3)


def test_new_therapy_can_be_an_event(export: Path) -> None:
    with derive(export, ["time-to-event"], settings={"after_new_therapy": "event"}) as result:
        assert answers(result)["5 new therapy"] == "05-01 event"
