"""CSV: RFC 4180 to the byte, and what a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.data.write import TableRows
from oncorules.data.write_csv import write


def written(table, **options):
    file = io.BytesIO()
    write(TableRows(table), file, **options)
    return file.getvalue().decode()


def test_only_values_that_need_quotes_get_them():
    rows = pa.table({"a,b": ["x", 'q"q', "l\nl", "c\rc", " s ", ""], "n": [1, 2, 3, 4, 5, None]})
    assert written(rows) == ('"a,b",n\r\nx,1\r\n"q""q",2\r\n"l\nl",3\r\n"c\rc",4\r\n s ,5\r\n,\r\n')


def test_a_missing_value_in_a_single_column_is_still_a_row():
    assert written(pa.table({"a": ["x", None]})) == 'a\r\nx\r\n""\r\n'


def test_numbers_are_plain():
    exact = pa.array([Decimal("5.100000"), Decimal("100.000000"), None], pa.decimal128(18, 6))
    fine = pa.array([Decimal("0.000000001"), Decimal(1), None], pa.decimal128(38, 12))
    rows = pa.table({"d": exact, "e": fine, "f": [5.0, 0.1, float("nan")]})
    assert written(rows).splitlines()[1:] == ["5.1,0.000000001,5", "100,1,0.1", ",,"]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "-2+3+cmd|x", "@sum", "\tx", "\rx", "--5"])
def test_text_that_a_spreadsheet_would_run_can_be_guarded(text):
    rows = pa.table({"a": [text]})
    assert next(csv.DictReader(io.StringIO(written(rows), newline="")))["a"] == text
    guarded = written(rows, guard_formulas=True)
    assert next(csv.DictReader(io.StringIO(guarded, newline="")))["a"] == "'" + text


@pytest.mark.parametrize("text", ["-5", "+5.1", "-1e5", "-.5", "x=1", "2014-02", "{-"])
def test_numbers_and_other_text_need_no_guard(text):
    rows = pa.table({"a": [text]})
    assert written(rows, guard_formulas=True) == f"a\r\n{text}\r\n"


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1))))
def test_any_text_comes_back_as_it_was(rows):
    table = pa.table({n: pa.array([r[i] for r in rows], pa.string()) for i, n in enumerate("ab")})
    found = list(csv.reader(io.StringIO(written(table), newline=""), strict=True))
    assert [tuple(row) for row in found[1:]] == rows
