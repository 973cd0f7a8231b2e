"""Months of the calendar, against the offsets of pandas."""

import random
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate


def by_pandas(start: date, end: date) -> float:
    """Whole months while they fit, then the days left over the days of the running month."""

    def after(months: int) -> date:
        return (pd.Timestamp(start) + pd.DateOffset(months=months)).date()

    whole = 0
    while after(whole + 1) <= end:
        whole += 1
    left, length = end - after(whole), after(whole + 1) - after(whole)
    return whole + left / length


def test_months_are_those_of_the_calendar(bench: Any) -> None:
    picked = random.Random(20260101)
    pairs = [(date(2024, 1, 31), date(2024, 2, 29)), (date(2023, 1, 31), date(2023, 3, 1))]
    for _ in range(500):
        start = date(2015, 1, 1) + timedelta(picked.randrange(3000))
        pairs.append((start, start + timedelta(picked.randrange(1200))))
    rows = [f"{number} | {start} | {end}" for number, (start, end) in enumerate(pairs)]
    bench.given("T", "\n".join(["ID | D:date | E:date", *rows]))
    found = [float(answer) for (answer,) in bench.values("T", "calendar_months(D, E, 6)")]
    assert found == pytest.approx([by_pandas(*pair) for pair in pairs], abs=1e-6)


def test_a_partial_date_has_no_months(bench: Any) -> None:
    bench.given("T", "ID | D:date | E:date\na | 2024-01 | 2024-03-01\nb | 2024-01-01 | .")
    assert [answer for (answer,) in bench.values("T", "calendar_months(D, E, 2)")] == [None, None]


def test_the_decimals_are_a_plain_number() -> None:
    with pytest.raises(
        FormulaError, match="the decimals of calendar_months must be a plain number"
    ):
        translate("calendar_months(null, null, 7)", Scope())
