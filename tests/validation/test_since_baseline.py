"""What became of the findings of a baseline, told by a run that no folder has."""

from __future__ import annotations

from datetime import date

import pytest

from oncorules.errors import CallError, DataError
from oncorules.validation.compare import compare_runs
from oncorules.validation.since_baseline import run_of

RULES = (
    "applies_to: {table: AE}\ncondition: AESEV <> 'SEVERE'\nmessage: It is {AESEV}.",
    "applies_to: {table: AE}\nparameters:\n  most: {value: 2, source: ours}\n"
    "condition: AESEQ < most",
)
AE = """
STUDYID | USUBJID | AESEQ | AESEV
S1      | A       | 1     | SEVERE
S1      | B       | 2     | SEVERE
S1      | C       | 3     | MILD
"""
LATER = """
STUDYID | USUBJID | AESEQ | AESEV
S1      | A       | 1     | MILD
S1      | C       | 3     | SEVERE
"""


@pytest.fixture
def weeks(desk, tmp_path):
    """A later run that is held against an earlier one, and is in no folder."""
    desk.run(desk.export(AE=AE), desk.pack(*RULES), date=date(2024, 3, 1)).write(tmp_path / "one")
    return desk.run(
        desk.export(AE=LATER), desk.pack(*RULES), baseline=tmp_path / "one",
        settings={"most": 4}, date=date(2024, 3, 8),
    )  # fmt: skip


def test_it_is_what_two_folders_give(weeks, tmp_path):
    weeks.write(tmp_path / "two")
    folders = compare_runs(tmp_path / "one", tmp_path / "two")
    assert weeks.since.rows.equals(folders.rows)
    assert weeks.since.rules() == folders.rules()
    assert weeks.since.after.rules == folders.after.rules
    assert weeks.since.after.date == date(2024, 3, 8)


def test_it_tells_data_and_rules_apart(weeks):
    told = set(weeks.since.rows.select("rule_id", "USUBJID", "change", "why").rows())
    assert told == {
        ("R1", "A", "resolved", "data changed"),
        ("R1", "B", "not seen", "subject not in the export"),
        ("R1", "C", "new", "data changed"),
        ("R2", "B", "not seen", "subject not in the export"),
        ("R2", "C", "resolved", "rule changed"),
    }


def test_a_run_without_a_baseline_has_none(desk):
    assert desk.run(desk.export(AE=AE), desk.pack(*RULES)).since is None


def test_a_run_that_is_not_written_remembers_its_findings(weeks):
    rows = run_of(weeks).scan().select("rule_id", "USUBJID", "state").collect().rows()
    assert rows == [("R1", "C", "new")]


def test_a_baseline_of_another_study_is_refused_before_a_rule_runs(desk, weeks, tmp_path):
    steps = []
    with pytest.raises(CallError, match="of the study S1, and this run of S2; compare two"):
        desk.run(
            desk.export(AE=LATER.replace("S1", "S2")), desk.pack(*RULES),
            baseline=tmp_path / "one", progress=lambda *step: steps.append(step),
        )  # fmt: skip
    assert steps == []


def test_a_baseline_that_is_half_there_is_refused(desk, weeks, tmp_path):
    (tmp_path / "one" / "rules.json").unlink()
    with pytest.raises(DataError, match=r"is not whole: rules\.json is missing"):
        desk.run(desk.export(AE=LATER), desk.pack(*RULES), baseline=tmp_path / "one")
