"""Notes below tables and figures: parameters in braces get their values."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from oncorules.analysis.agreement.notes import filled_notes
from oncorules.errors import CallError

PARAMETERS = {"days_in_month": Decimal("30.4375"), "cutoff": datetime.date(2017, 1, 1), "no": 0}


def test_each_brace_gets_the_value_that_held():
    notes = ["A month has {days_in_month} days until {cutoff}.", "Nothing to fill.", "{no}{no}"]
    assert filled_notes(notes, PARAMETERS) == (
        "A month has 30.4375 days until 2017-01-01.", "Nothing to fill.", "00",
    )  # fmt: skip


@pytest.mark.parametrize("note", ["{ no }", "{}", "a { b", "{no"])
def test_other_braces_are_text(note):
    assert filled_notes([note], PARAMETERS) == (note,)


def test_a_value_with_braces_is_not_filled_again():
    assert filled_notes(["{a}"], {"a": "{b}", "b": 1}) == ("{b}",)


def test_a_parameter_that_is_not_there_is_refused():
    with pytest.raises(CallError) as raised:
        filled_notes(["{day_in_month} days"], PARAMETERS)
    assert str(raised.value) == (
        'the note "{day_in_month} days" names a parameter "day_in_month" that the study does not '
        'have; did you mean "days_in_month"?'
    )
