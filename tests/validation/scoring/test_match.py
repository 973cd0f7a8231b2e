"""Which defect a finding answers."""

from __future__ import annotations

from oncorules.validation.scoring.match import Defects
from oncorules.validation.scoring.read import Defect, Found


def defect(number, subject="S-1", table="LB", rules=("LB-NEGATIVE",), also=(), **key):
    return Defect(number, "a kind", table, subject, {"USUBJID": subject, **key}, "", rules, also)


def finding(rule, subject="S-1", table="LB", **key):
    return Found(rule, "error", table, "lb.csv:1", subject, {"USUBJID": subject, **key}, "")


def answered(finding, *defects):
    found = Defects(defects).answered_by(finding)
    return found and found.number


def test_a_rule_that_the_key_names_answers_in_any_row_of_the_subject():
    planted = defect(1, rules=("DM-ALIVE-LATER",), also=("ASSESSED-AFTER-DEATH",), table="DM")
    assert answered(finding("ASSESSED-AFTER-DEATH", table="TR", TRSEQ="7"), planted) == 1
    assert answered(finding("DM-ALIVE-LATER", table="DM"), planted) == 1


def test_a_rule_that_the_key_does_not_name_answers_only_in_the_row_of_the_defect():
    planted = defect(1, LBSEQ="3")
    assert answered(finding("LB-SHARE", LBSEQ="3"), planted) == 1
    assert answered(finding("LB-SHARE", LBSEQ="4"), planted) is None
    assert answered(finding("LB-SHARE", table="VS", LBSEQ="3"), planted) is None


def test_another_subject_is_never_answered():
    planted = defect(1, LBSEQ="3")
    assert answered(finding("LB-NEGATIVE", subject="S-2", LBSEQ="3"), planted) is None
    assert answered(finding("LB-NEGATIVE", subject="", LBSEQ="3"), planted) is None


def test_of_two_defects_that_a_rule_is_named_for_the_one_in_the_row_is_answered():
    first, second = defect(1, LBSEQ="3"), defect(2, LBSEQ="4")
    assert answered(finding("LB-NEGATIVE", LBSEQ="4"), first, second) == 2
    assert answered(finding("LB-NEGATIVE", LBSEQ="5"), first, second) == 1


def test_a_named_rule_goes_before_the_row():
    in_row = defect(1, LBSEQ="3", rules=("LB-SHARE",))
    named = defect(2, table="DM", rules=("ASSESSED-AFTER-DEATH",))
    assert answered(finding("ASSESSED-AFTER-DEATH", LBSEQ="3"), in_row, named) == 2
