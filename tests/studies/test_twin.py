"""The twin of van der Zwan 2018: what was assigned is what the rules derive, and figures agree."""

from __future__ import annotations

from csv import DictReader
from datetime import date, timedelta
from shutil import copytree

import pytest

from oncorules.analysis.agreement.compare import compare_figures
from oncorules.analysis.agreement.run_study import run_study
from oncorules.analysis.published.read import find_study
from oncorules.generators.design import read_design
from oncorules.generators.generate import generate
from oncorules.generators.latent import read_cohort
from oncorules.generators.twin import twin_numbers
from oncorules.validation.run import validate

STUDY, SEED = "van-der-zwan-2018", 5
MONTH = 30.4375


@pytest.fixture(scope="module")
def twin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("twin") / "export"
    generate(STUDY, folder, seed=SEED)
    return folder


@pytest.fixture(scope="module")
def run(twin):
    return run_study(STUDY, str(twin))


@pytest.fixture(scope="module")
def assigned():
    """Return each assigned course by the number of its subject in the export and its epoch."""
    subjects = read_cohort(find_study(STUDY))
    numbers = twin_numbers(len(subjects), SEED)
    return {
        (f"{int(number):04}", course.epoch): (subject, course)
        for number, subject in zip(numbers, subjects, strict=True)
        for course in subject.courses
    }


def rows_of(folder, table):
    """Return the rows of a table of an export."""
    return list(DictReader((folder / f"{table}.csv").read_text().splitlines()))


def by_course(rows):
    return {(row["USUBJID"][-4:], row["EPOCH"]): row for row in rows}


def test_every_course_has_the_response_that_was_assigned(run, assigned):
    found = by_course(run.tables["ADPRRT"])
    assert found.keys() == assigned.keys()
    assert {key: row["BESTRESP"] for key, row in found.items()} == {
        key: course.best for key, (_, course) in assigned.items()
    }


def test_progression_and_survival_end_on_the_assigned_days(run, assigned):
    for parameter, days in (
        ("PFS", lambda subject, course: (course.ends, course.ends_by != "")),
        ("OS", lambda subject, course: (subject.ends - course.start, subject.died)),
    ):
        rows = [row for row in run.tables["ADTTE"] if row["PARAMCD"] == parameter]
        assert {
            key: (round(float(row["AVAL"]) * MONTH), row["CNSR"] == 0)
            for key, row in by_course(rows).items()
        } == {key: days(*pair) for key, pair in assigned.items()}


def test_worst_grades_are_those_that_were_assigned(run, assigned):
    found = {
        (row["USUBJID"][-4:], row["EPOCH"], row["PARAMCD"]): row["GRADE"]
        for row in run.tables["ADTOX"]
        if row["PARAMCD"] != "ANY"
    }
    assert found == {
        (*key, test): grade
        for key, (_, course) in assigned.items()
        for test, grade in course.grades.items()
    }


def test_no_check_finds_anything_wrong_in_the_twin(twin):
    packs = ["sdtm", "recist-checks", "ctcae-3.0"]
    with validate(str(twin), packs, study=STUDY) as result:
        found = {rule.rule_id: rule.severity for rule in result.rules if rule.not_met}
        run = {rule.rule_id for rule in result.rules if rule.status == "met"}
    assert found == {"TR-SCAN-WINDOW": "notice"}  # scans twice a year are the plan of this trial
    assert {"TR-BASELINE-WINDOW", "RS-DERIVED-OVERALL", "RS-PD-THEN-BETTER"} <= run


def test_nothing_happens_after_the_cut_off(twin):
    cut_off = read_design(find_study(STUDY)).cut_off.isoformat()
    for file, column in (("dm", "RFPENDTC"), ("tr", "TRDTC"), ("lb", "LBDTC"), ("ds", "DSSTDTC")):
        lines = (twin / f"{file}.csv").read_text().splitlines()
        place = lines[0].split(",").index(column)
        assert max(line.split(",")[place] for line in lines[1:]) <= cut_off


def test_counts_of_the_tables_are_as_printed(run):
    agreements = compare_figures(run.published, run.outcomes)
    wrong = [
        (one.figure.id, one.figure.printed.text, one.computed)
        for one in agreements
        if one.verdict == "differs" and one.figure.statistic in ("n", "percent")
    ]
    assert wrong == []


def test_few_figures_differ_and_all_of_them_are_medians_of_survival_with_their_limits(run):
    agreements = compare_figures(run.published, run.outcomes)
    cells = {one.figure.id.rpartition(".")[0] for one in agreements if one.verdict == "differs"}
    assert cells <= {"table-5.os.all.rr"}


def test_a_twin_with_one_moved_date_of_progression_disagrees_on_the_right_figures(twin, tmp_path):
    """The only retreated-twice foregut patient: one scan a month later is another median."""
    spoiled = tmp_path / "spoiled"
    copytree(twin, spoiled)
    (subject,) = {
        row["USUBJID"]
        for row in rows_of(twin, "fa")
        if row["FATESTCD"] == "PRIMARY" and row["FASTRESC"] == "FOREGUT"
    } & {row["USUBJID"] for row in rows_of(twin, "ex") if row["EPOCH"] == "RR-PRRT"}
    scans = [
        row
        for row in rows_of(twin, "tr")
        if row["USUBJID"] == subject and row["EPOCH"] == "RR-PRRT"
    ]
    last = max(row["TRDTC"] for row in scans)
    later = (date.fromisoformat(last) + timedelta(days=31)).isoformat()
    for name in ("tr", "tu", "rs"):
        file = spoiled / f"{name}.csv"
        lines = file.read_text().splitlines(keepends=True)
        file.write_text(
            "".join(line.replace(last, later) if subject in line else line for line in lines)
        )
    found = run_study(STUDY, str(spoiled))
    differs = {
        one.figure.id
        for one in compare_figures(found.published, found.outcomes)
        if one.verdict == "differs"
    }
    assert "table-5.pfs.foregut.rr.median" in differs
    assert all(
        id.startswith(("table-5.pfs", "table-5.os.all.rr", "abstract.", "results.", "discussion."))
        for id in differs
    )
