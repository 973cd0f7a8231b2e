"""Best response and confirmation, against a plain reading of the guideline's Table 3."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive

from .recist_course import DEFAULTS, RANK, Visit, best

START = date(2024, 1, 1)
SETTINGS: list[dict[str, Any]] = [
    {},
    {"cr_then_pr": "as they are", "cr_then_early_sd": "NE", "pr_then_sd": "NE"},
    {"cr_then_pr": "PR at both", "early_pd": "NE"},
    {"accept_sd_between": "yes"},
    {"max_ne_between": 0},
    {"max_ne_between": 2, "accept_sd_between": "yes"},
    {"confirmed_at": "next visit"},
    {"confirmation_within": 35},
    {"confirmation_days": 56, "minimum_sd_days": 56},
    {"sd_measured_to": "progression or end", "minimum_sd_days": 70},
    {"stop_at": "new therapy"},
]


def derived(
    folder: Path, courses: dict[str, list[Visit]], how: dict[str, Any]
) -> dict[str, tuple[str, str]]:
    """Return what the pack says of recorded responses."""
    rows = [
        f"{subject},{number},OVRLRESP,{response},{number + 1},{START + timedelta(day)}"
        for subject, visits in courses.items()
        for number, (day, response, _) in enumerate(visits, 1)
    ]
    folder.mkdir()
    (folder / "rs.csv").write_text(
        "\n".join(["USUBJID,RSSEQ,RSTESTCD,RSSTRESC,VISITNUM,RSDTC", *rows]) + "\n", "utf-8"
    )
    doses = [f"{subject},1,DRUG,10,{START}" for subject in courses]
    (folder / "ex.csv").write_text(
        "\n".join(["USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC", *doses]) + "\n", "utf-8"
    )
    with derive(folder, ["recist-1.1"], settings={"response_source": "recorded", **how}) as result:
        adrs = result.table("ADRS").to_pylist()
    answers: dict[str, dict[str, str]] = {}
    for row in adrs:
        if row["PARAMCD"] in ("BOR", "CBOR"):
            answers.setdefault(row["USUBJID"], {})[row["PARAMCD"]] = row["AVALC"]
    return {subject: (found["BOR"], found["CBOR"]) for subject, found in answers.items()}


def every_short_course() -> dict[str, list[Visit]]:
    """Return each course of up to three assessments, at three distances, and some longer ones."""
    courses = {}
    for size in (1, 2, 3):
        for step in (14, 28, 42):
            for responses in product(RANK, repeat=size):
                visits = [Visit(step * n, one) for n, one in enumerate(responses, 1)]
                courses[f"S{len(courses)}"] = visits
    draw = random.Random(11)
    for _ in range(2000):
        day, visits = 0, []
        for _ in range(draw.randint(4, 8)):
            day += draw.choice([13, 14, 27, 28, 29, 41, 42])
            visits.append(Visit(day, draw.choice(RANK[:3] * 2 + RANK[3:] + ["NE"])))
        courses[f"S{len(courses)}"] = visits
    return courses


@pytest.mark.parametrize("changed", SETTINGS, ids=lambda how: " ".join(how) or "guideline")
def test_every_short_course_and_2000_longer_ones_have_the_answers_of_a_plain_loop(
    changed: dict[str, Any], tmp_path: Path
) -> None:
    courses = every_short_course()
    how = {**DEFAULTS, **changed}
    expected = {subject: best(visits, how) for subject, visits in courses.items()}
    found = derived(tmp_path / "export", courses, changed)
    wrong = {
        subject: (courses[subject], expected[subject], found.get(subject))
        for subject in courses
        if found.get(subject) != expected[subject]
    }
    assert wrong == {}


# The rows of Table 3: the answers where the minimum time of stable disease is met, and where not.
TABLE_3 = [
    ("CR", "CR", "CR", "CR"),
    ("CR", "PR", "SD", "PD"),  # note a: the disease that is back is progression
    ("CR", "SD", "SD", "PD"),
    ("CR", "PD", "SD", "PD"),
    ("CR", "NE", "SD", "NE"),
    ("PR", "CR", "PR", "PR"),
    ("PR", "PR", "PR", "PR"),
    ("PR", "SD", "SD", "SD"),
    ("PR", "PD", "SD", "PD"),
    ("PR", "NE", "SD", "NE"),
    ("NE", "NE", "NE", "NE"),
]


@pytest.mark.parametrize("met", [True, False], ids=["minimum time met", "minimum time not met"])
def test_confirmed_best_response_is_that_of_table_3(met: bool, tmp_path: Path) -> None:
    days = (42, 84) if met else (10, 40)
    courses = {
        f"{first}-{then}".replace("/", ""): [Visit(days[0], first), Visit(days[1], then)]
        for first, then, *_ in TABLE_3
    }
    found = derived(tmp_path / "export", courses, {})
    expected = {
        f"{first}-{then}".replace("/", ""): if_met if met else if_not
        for first, then, if_met, if_not in TABLE_3
    }
    assert {subject: confirmed for subject, (_, confirmed) in found.items()} == expected


def test_an_assessment_after_the_first_progression_changes_no_best_response(tmp_path: Path) -> None:
    courses = every_short_course()
    longer = {
        subject: [*visits, Visit(visits[-1].day + 30, "CR"), Visit(visits[-1].day + 60, "CR")]
        for subject, visits in courses.items()
        if any(one.response == "PD" for one in visits)
    }
    before = derived(tmp_path / "before", {subject: courses[subject] for subject in longer}, {})
    assert derived(tmp_path / "after", longer, {}) == before
    assert len(longer) > 100


def test_admiral_and_the_guideline_differ_where_the_documentation_says(tmp_path: Path) -> None:
    courses = every_short_course()
    guideline = derived(tmp_path / "guideline", courses, {})
    rows = derived(tmp_path / "admiral", courses, {**SETTINGS[1], "stop_at": "progression"})
    pairs = {
        pair
        for subject in courses
        if guideline[subject][1] != rows[subject][1]
        for pair in pairwise(one.response for one in courses[subject] if one.response != "NE")
    }
    assert {("CR", "PR"), ("CR", "SD"), ("PR", "SD")} <= pairs


@pytest.mark.parametrize(
    ("measured_from", "days", "expected"),
    [
        ("treatment", 41, "SD"),  # the first dose was long before
        ("baseline", 41, "NE"),
        ("baseline", 42, "SD"),
        ("baseline", 43, "SD"),
    ],
)
def test_stable_disease_may_last_from_the_baseline_of_a_later_course(
    measured_from: str, days: int, expected: str, tmp_path: Path
) -> None:
    baseline = START + timedelta(300)
    scans = [(baseline, 50), (baseline + timedelta(days), 51)]
    lesion = "USUBJID,TUSEQ,TULNKID,TUTESTCD,TUSTRESC,TULOC,VISITNUM,TUDTC"
    length = "USUBJID,TRSEQ,TRLNKID,TRTESTCD,TRSTRESN,TRSTRESU,VISITNUM,TRDTC"
    tables = {
        "ex": ["USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC", f"A,1,DRUG,10,{START}"],
        "tu": [lesion, f"A,1,T1,TUMIDENT,TARGET,LIVER,1,{baseline}"],
        "tr": [
            length,
            *(f"A,{n},T1,LDIAM,{mm},mm,{n},{day}" for n, (day, mm) in enumerate(scans, 1)),
        ],
    }
    for name, rows in tables.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")
    how = {"sd_measured_from": measured_from, "baseline_visit": "first"}
    with derive(tmp_path, ["recist-1.1"], settings=how) as result:
        rows = result.table("ADRS").to_pylist()
    assert [row["AVALC"] for row in rows if row["PARAMCD"] == "BOR"] == [expected]
