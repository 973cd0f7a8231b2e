"""A finding on a renamed column says what the file calls it, of other tables too."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.errors import CallError
from oncorules.validation.explain import explain
from oncorules.validation.run import validate

STUDY = """\
id: ours
title: Ours
version: "1"
language: 1
source: ours
read:
  DM: {from: people.csv, columns: {USUBJID: pid, DTHDTC: died}}
  EX: {from: doses.csv, where: {given: 1}, columns: {USUBJID: pid, EXSTDTC: day, EXSEQ: "#row"}}
rules:
  - id: DOSE-AFTER-DEATH
    title: No treatment after death
    kind: check
    source: ours
    applies_to: {table: EX}
    lookups: {subject: {from: DM, take: only}}
    condition: EXSTDTC <= subject.DTHDTC
    message: Treatment on {EXSTDTC}.
"""


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "people.csv").write_text("pid,died\nA,2024-01-01\n", "utf-8")
    doses = "pid,day,given\nA,2024-02-01,0\nA,2024-02-02,1\n"
    (tmp_path / "export" / "doses.csv").write_text(doses, "utf-8")
    (tmp_path / "ours.yaml").write_text(STUDY, "utf-8")
    return tmp_path


def test_the_message_ends_with_the_names_of_the_files(trial) -> None:
    with validate(trial / "export", study=trial / "ours.yaml", structure="none") as result:
        [finding] = result.findings.rows()
    assert finding.place == "doses.csv:2"
    assert finding.message == (
        "Treatment on 2024-02-02. (in the file EXSTDTC is day, DTHDTC is died)"
    )
    assert finding.values == {"EXSTDTC": "2024-02-02", "subject.DTHDTC": "2024-01-01"}


def test_the_row_of_the_file_is_explained_and_one_that_is_left_out_is_not(trial) -> None:
    [explained] = explain(trial / "export", study=trial / "ours.yaml", row="doses.csv:2")
    assert (explained.rule_id, explained.outcome) == ("DOSE-AFTER-DEATH", "not met")
    with pytest.raises(CallError, match=r"row 1 of doses\.csv is in no table: the study leaves"):
        explain(trial / "export", study=trial / "ours.yaml", row="doses.csv:1")
