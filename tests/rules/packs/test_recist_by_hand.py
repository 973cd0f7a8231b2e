"""The pack against a plain program, on random subjects, by the guideline and by other choices."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive

from .recist_by_hand import GUIDELINE, TimePoint
from .recist_course import DEFAULTS, Visit, best, course_of
from .recist_subjects import FIRST_DOSE, Subject, random_subject, write_export
from .recist_time_points import time_points

SUBJECTS = 20_000
SETTINGS: list[dict[str, Any]] = [
    {},
    {"pr_decrease": 50, "pd_increase": 25, "pd_absolute": 0},
    {"pd_reference": "baseline", "reappearance": "by size"},
    {"missing_target": "sum of the rest", "visit_date": "first"},
    {"node_regrowth": "by size", "normal_node": 8, "equivocal": "confirmation"},
    {"small_lesions": "zero", "too_small": 2, "small_new_node": "unequivocal"},
    {"unfit_targets": "left out", "measurable_node": 10, "accept_sd_between": "yes"},
    {"unfit_targets": "left out", "most_targets": 3, "most_per_organ": 1, "stop_at": "progression"},
    {"nodes_by": "longest diameter", "cr_then_pr": "PR at both", "max_ne_between": 0},
    {"baseline_visit": "first", "non_target_not_evaluated": "NE", "early_pd": "NE"},
    {"cr_then_pr": "as they are", "stop_at": "new therapy", "reader": "accepted"},
]
Told = dict[tuple[str, str], Any]


@pytest.fixture(scope="module")
def subjects() -> dict[str, Subject]:
    picked = random.Random(2009)
    return {f"S{number:05}": random_subject(picked) for number in range(SUBJECTS)}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory, subjects: dict[str, Subject]) -> Path:
    folder = tmp_path_factory.mktemp("subjects")
    write_export(folder, subjects)
    return folder


def derived(export: Path, how: dict[str, Any]) -> Told:
    """Return what the pack says of each subject and reader: assessments, and the best response."""
    told: Told = {}
    with derive(export, ["recist-1.1"], settings=how) as result:
        for row in result.table("ADTR").to_pylist():
            reader = row["TREVALID"] or row["TREVAL"]
            if row["ABLFL"] is None:
                sums = [row["AVAL"], row["BASE"], row["NADIR"]]
                whole = [None if value is None else round(value * 10) for value in sums]
                at = told.setdefault((row["USUBJID"], reader), {}).setdefault(row["VISITNUM"], {})
                at["sums"] = (*whole, row["COMPLFL"] == "Y")
        for row in result.table("ADRS").to_pylist():
            reader = row["RSEVALID"] or row["RSEVAL"]
            of_reader = told.setdefault((row["USUBJID"], reader), {})
            if row["VISITNUM"] is None:
                of_reader[row["PARAMCD"]] = (row["AVALC"], row["ADT"])
            else:
                at = of_reader.setdefault(row["VISITNUM"], {})
                at[row["PARAMCD"]], at["ADT"] = row["AVALC"], row["ADT"]
    return told


def on(day: int) -> str:
    return str(FIRST_DOSE + timedelta(day))


def by_hand(point: TimePoint) -> dict[str, Any]:
    """Return one assessment in the form of the pack."""
    told: dict[str, Any] = {"OVRLRESP": point.overall, "NEWLPROG": point.new, "ADT": on(point.day)}
    if point.target != "none":
        told["TRGRESP"] = point.target
        told["sums"] = (point.total, point.baseline, point.nadir, point.complete)
    if point.non_target != "none":
        told["NTRGRESP"] = point.non_target
    return told


def best_by_hand(points: list[TimePoint], therapy: int | None, how: dict[str, Any]) -> Told:
    """Return the best responses, and whether and when there was a response."""
    cut = how["stop_at"] != "progression" and therapy is not None
    visits = [
        Visit(point.day, point.overall, not (point.target == "CR" and point.non_target == "NE"))
        for point in points
        if not cut or point.day <= (therapy or 0)
    ]
    alone, confirmed = best(visits, how)
    seen = [one for one in course_of(visits, how) if one.response in ("CR", "PR")]
    first = on(seen[0].day) if seen else None
    control = alone in ("CR", "PR", "SD", "NON-CR/NON-PD")
    return {
        "BOR": alone,
        "CBOR": confirmed,
        "RSP": ("Y", first) if seen else ("N", None),
        "DCR": "Y" if control else "N",
    }  # type: ignore[return-value]


@pytest.mark.parametrize("how", SETTINGS, ids=lambda how: ", ".join(how) or "guideline")
def test_every_answer_is_that_of_a_plain_program(
    export: Path, subjects: dict[str, Subject], how: dict[str, Any]
) -> None:
    told = derived(export, how)
    known = {**GUIDELINE, **DEFAULTS, **how}
    wrong = []
    for name, subject in subjects.items():
        for reader, read in subject.reads.items():
            points = time_points(read, known)
            found = told.get((name, reader), {})
            for point in points:
                if found.get(point.visit) != by_hand(point):
                    wrong.append(
                        (name, reader, point.visit, found.get(point.visit), by_hand(point))
                    )
            if not read.readings:
                continue
            measuring = [one for one in subject.reads.values() if one.readings]
            if "reader" in known and reader != subject.accepted and len(measuring) > 1:
                assert "BOR" not in found
                continue
            expected = best_by_hand(points, subject.therapy, known)
            answers = {key: found.get(key, (None, None)) for key in ("BOR", "CBOR", "RSP", "DCR")}
            whole = {key: value if key == "RSP" else value[0] for key, value in answers.items()}
            if whole != expected:
                wrong.append((name, reader, "best", whole, expected))
    assert wrong[:5] == []
