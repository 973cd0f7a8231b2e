"""What a test of each figure is to do."""

from __future__ import annotations

import pytest

from oncorules.analysis.agreement.expect import expect
from oncorules.analysis.agreement.reproduce import reproduce

from .small_study import write_study

DIFFERENT = ('["2", Week 2, "3", "0.67"]', '["2", Week 2, "3", "0.62"]')
WRONG_IN_PRINT = ("{50}%", "{49}%")
AGREES, DIFFERS, GUESSED = "text.size.1", "table-1.a.2.survival.value", "text.change.4"


@pytest.fixture
def agreements(tmp_path):
    study = write_study(tmp_path, DIFFERENT, WRONG_IN_PRINT)
    return reproduce(str(study), tmp_path / "export").agreements


def does(agreements, baseline=None):
    return {one.id: one.does for one in expect(agreements, baseline)}


def test_each_verdict_has_its_own_end(agreements):
    found = does(agreements)
    assert list(found) == [one.figure.id for one in agreements]
    assert (found[AGREES], found[DIFFERS], found[GUESSED]) == ("pass", "fail", "skip")
    assert found["text.size.4"] == "expected failure"


def test_with_a_baseline_only_what_agreed_before_must_agree(agreements):
    assert does(agreements, {AGREES})[DIFFERS] == "expected failure"
    found = does(agreements, {DIFFERS, GUESSED, "text.size.4", "text.gone.1"})
    assert [id for id, end in found.items() if end == "fail"] == [
        "text.size.4", GUESSED, DIFFERS, "text.gone.1",
    ]  # fmt: skip
    assert found[AGREES] == "pass"  # it agrees, whatever it did before


def test_a_failure_says_what_was_printed_and_computed_and_where(agreements):
    (one,) = [one for one in expect(agreements) if one.id == DIFFERS]
    assert one.lines == (
        f"{DIFFERS}: differs",
        "printed   0.62",
        "computed  0.67",
        "distance  5 in units of the last digit",
        "method    Kaplan-Meier, interval log, left end where flat; n = 3",
        "place     Table 1, Arm A: Week 2, Survival",
        "file      small/published/table-1.yaml:7",
    )


def test_a_figure_that_is_gone_says_that_it_agreed_before(agreements):
    last = expect(agreements, {"text.gone.1"})[-1]
    assert last.agreement is None
    assert last.lines == (
        "text.gone.1: it agreed in the baseline, and the study has no figure of this id any more",
    )
