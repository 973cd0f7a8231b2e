"""The invented trial: what was assigned is what the rules derive, and the design is found again."""

import pyarrow.parquet as pq
import pytest
from lifelines import CoxPHFitter

from oncorules.generators.generate import generate
from oncorules.rules.deriving.derive import derive
from oncorules.validation.run import validate

STUDY, SUBJECTS = "two-arm-demo", 3000


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two-arm")
    generate(STUDY, folder / "export", subjects=SUBJECTS, seed=7)
    generate(STUDY, folder / "assigned", subjects=SUBJECTS, seed=7, visits=False)
    return folder


@pytest.fixture(scope="module")
def assigned(export):
    courses = pq.read_table(export / "assigned" / "courses.parquet").to_pylist()
    subjects = pq.read_table(export / "assigned" / "subjects.parquet").to_pylist()
    return {one["SUBJID"]: one | two for one, two in zip(subjects, courses, strict=True)}


@pytest.fixture(scope="module")
def derived(export):
    with derive(str(export / "export"), study=STUDY) as result:
        return {one.name: result.table(one.name).to_pylist() for one in result.tables}


def of_subjects(rows, parameter):
    return {row["USUBJID"][-8:]: row for row in rows if row["PARAMCD"] == parameter}


def test_best_responses_are_those_that_were_assigned(derived, assigned):
    found = of_subjects(derived["ADRS"], "BOR")
    words = {"MISSING": "NE"}  # without any scan there is nothing to evaluate
    assert {key: words.get(row["AVALC"], row["AVALC"]) for key, row in found.items()} == {
        key: row["BESTRESP"] for key, row in assigned.items()
    }


def test_times_are_those_that_were_assigned(derived, assigned):
    for parameter, day, event in (
        ("PFS", lambda row: row["PFS"], lambda row: row["PFSBY"] is not None),
        ("OS", lambda row: row["END"], lambda row: row["DIED"] == "Y"),
    ):
        found = of_subjects(derived["ADTTE"], parameter)
        assert {key: (int(row["AVAL"]) - 1, row["CNSR"] == 0) for key, row in found.items()} == {
            key: (day(row), event(row)) for key, row in assigned.items()
        }


def test_the_hazard_ratio_of_the_design_lies_in_the_interval_of_the_estimate(derived, assigned):
    import pandas as pd

    rows = of_subjects(derived["ADTTE"], "PFS")
    data = pd.DataFrame(
        {
            "time": [float(row["AVAL"]) for row in rows.values()],
            "event": [int(row["CNSR"] == 0) for row in rows.values()],
            "treated": [int(assigned[key]["SET"] == "TREATED") for key in rows],
        }
    )
    limits = CoxPHFitter().fit(data, "time", "event").confidence_intervals_.to_numpy()[0]
    assert limits[0] < -0.5108 < limits[1]  # the logarithm of 0.60


def test_its_export_is_clean_but_for_scans_that_are_not_on_the_day(export):
    with validate(str(export / "export")) as result:
        found = {rule.rule_id: rule.severity for rule in result.rules if rule.not_met}
    assert found == {"TR-SCAN-WINDOW": "notice"}
