"""Findings as questions: in the words of forms, and only those that a site can answer."""

from __future__ import annotations

import pytest
from tests.report.validated import small_run
from tests.validation.conftest import desk

from oncorules.report.queries.query import MISSING, queries_of
from oncorules.validation.standing import Standing

__all__ = ["desk"]


def test_a_question_tells_the_form_the_record_what_stands_there_and_what_is_expected(desk):
    with small_run(desk) as result:
        asked = queries_of(result).asked
    one = next(one for one in asked if one.subject == "A")
    assert (one.site, one.visit, one.form) == ("001", "WEEK 2", "Laboratory Test Results (LB)")
    assert one.record == "Sequence Number (LBSEQ): 2"
    assert "Numeric Result/Finding in Standard Units (LBSTRESN): -1" in one.recorded.splitlines()
    assert one.question == (
        "K is -1. Expected: A result is not below zero. "
        "Please correct the record, or confirm that it is right."
    )


def test_questions_are_in_the_order_of_sites_and_subjects(desk):
    with small_run(desk) as result:
        asked = queries_of(result).asked
    assert [(one.site, one.subject) for one in asked] == [
        ("", "X"), ("001", "A"), ("002", "B"), ("002", "B"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "is_asked"),
    [("new", True), ("open", True), ("reopened", True), ("sent", False), ("answered", False),
     ("accepted", False)],
)  # fmt: skip
def test_nobody_is_asked_twice(desk, state, is_asked):
    from dataclasses import replace

    from oncorules.validation.known import Known

    with small_run(desk) as result:
        first = next(iter(result.findings.rows()))
        standing = Standing({first.finding_id: Known(state)})
        found = queries_of(replace(result, standing=standing))
    assert (first.finding_id in {one.finding_id for one in found.asked}) is is_asked
    assert found.settled == (not is_asked)


def test_a_finding_without_a_subject_is_counted_and_not_asked(desk):
    rule = "id: POSITIVE\napplies_to: {table: LB}\ncondition: LBSTRESN >= 0\nmessage: low"
    lb = "USUBJID | LBSEQ | LBSTRESN\n. | 1 | -1\nA | 1 | -1"
    with desk.run(desk.export(LB=lb), desk.pack(rule)) as result:
        found = queries_of(result)
    assert (len(found.asked), found.nobody) == (1, 1)


def test_what_is_missing_is_called_so(desk):
    rule = (
        "id: DATED\napplies_to: {table: DM}\ncondition: RFICDTC is not null\nmessage: '{RFICDTC}'"
    )
    with desk.run(desk.export(DM="USUBJID | RFICDTC\nA | ."), desk.pack(rule)) as result:
        (one,) = queries_of(result).asked
    assert one.recorded.endswith(f": {MISSING}")
