"""Sensitivity and precision, counted by hand on a few rows."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.csv as csv
import pytest

from oncorules.data.answer_key import COLUMNS
from oncorules.errors import DataError
from oncorules.validation.scoring.score import KindScore, RuleScore, score


def key_text(subject, number):
    return json.dumps({"USUBJID": subject, "LBSEQ": str(number)})


def finding(rule, subject, number, severity="error"):
    return {
        "rule_id": rule,
        "severity": severity,
        "table": "LB",
        "file": "lb.csv",
        "row": number,
        "USUBJID": subject,
        "key": key_text(subject, number),
        "message": "wrong",
    }


def defect(kind, subject, number, rules, also=""):
    row = ("LB", subject, key_text(subject, number), "LBSTRESN", "4", "-4", rules, also)
    return dict(zip(COLUMNS, (number, kind, *row), strict=True))


DEFECTS = [
    defect("minus", "A", 1, "NEGATIVE", "LOW"),
    defect("minus", "B", 2, "NEGATIVE"),
    defect("unit", "C", 3, "UNIT ONE-UNIT"),
    defect("twice", "D", 4, "DUPLICATE"),
]
FINDINGS = [
    finding("NEGATIVE", "A", 1),
    finding("LOW", "A", 1, "warning"),
    finding("UNIT", "C", 3),
    finding("LOW", "C", 9),  # no rule of C's defect, and another row
    finding("NEGATIVE", "E", 1),  # nothing was planted there
    finding("DUPLICATE", "D", 4, "notice"),
]


@pytest.fixture
def scored(tmp_path):
    """A function from findings and defects to their score."""

    def run(findings, defects):
        csv.write_csv(pa.Table.from_pylist(findings), tmp_path / "findings.csv")
        csv.write_csv(pa.Table.from_pylist(defects), tmp_path / "answer-key.csv")
        return score(tmp_path / "findings.csv", tmp_path / "answer-key.csv")

    return run


def test_kinds_have_the_share_of_their_defects_that_was_found(scored):
    made = scored(FINDINGS, DEFECTS)
    assert made.kinds == (
        KindScore("minus", 2, 1),
        KindScore("unit", 1, 1),
        KindScore("twice", 1, 0),
    )
    assert [kind.sensitivity for kind in made.kinds] == [0.5, 1, 0]
    assert (made.planted, made.sensitivity, made.kinds_found) == (4, 0.5, 2)
    assert [(one.number, one.subject) for one in made.missed] == [(2, "B"), (4, "D")]


def test_rules_have_the_share_of_their_findings_that_answers_and_of_their_defects_that_is_found(
    scored,
):
    made = {rule.rule: rule for rule in scored(FINDINGS, DEFECTS).rules}
    assert made == {
        "DUPLICATE": RuleScore("DUPLICATE", 0, 0, 1, 0),
        "LOW": RuleScore("LOW", 2, 1, 0, 0),
        "NEGATIVE": RuleScore("NEGATIVE", 2, 1, 2, 1),
        "ONE-UNIT": RuleScore("ONE-UNIT", 0, 0, 1, 0),
        "UNIT": RuleScore("UNIT", 1, 1, 1, 1),
    }
    assert (made["LOW"].precision, made["LOW"].sensitivity) == (0.5, None)
    assert (made["DUPLICATE"].precision, made["DUPLICATE"].sensitivity) == (None, 0)


def test_a_notice_counts_neither_for_nor_against(scored):
    made = scored(FINDINGS, DEFECTS)
    assert (made.findings, made.notices) == (5, 1)
    assert made.precision == pytest.approx(0.6)
    assert [(one.rule, one.subject) for one in made.stray] == [("LOW", "C"), ("NEGATIVE", "E")]


def test_a_score_passes_when_every_kind_is_found_and_few_findings_are_stray(scored):
    assert not scored(FINDINGS, DEFECTS).passes(0.5)  # nothing of the kind twice
    made = scored(FINDINGS, DEFECTS[:3])
    assert (made.passes(0.6), made.passes(0.61)) == (True, False)


def test_plain_data_hold_the_same_numbers(scored):
    data = scored(FINDINGS, DEFECTS).as_json()
    assert (data["planted"], data["found"], data["findings"]) == (4, 2, 5)
    assert data["kinds"][0] == {"kind": "minus", "planted": 2, "found": 1, "sensitivity": 0.5}
    assert data["missed"][0]["key"] == {"USUBJID": "B", "LBSEQ": "2"}
    assert json.loads(json.dumps(data)) == json.loads(json.dumps(data))


def test_the_answer_key_of_another_export_is_refused(scored):
    with pytest.raises(DataError, match=r"none of 1 errors and warnings .* another export"):
        scored([finding("NEGATIVE", "Z", 1)], DEFECTS)


def test_notices_alone_are_nothing_to_score(scored):
    with pytest.raises(DataError, match="none of 0 errors and warnings"):
        scored([finding("DUPLICATE", "D", 4, "notice")], DEFECTS)
