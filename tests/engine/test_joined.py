"""Files of one table must not share rows."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oncorules.errors import DataError

from .conftest import export_of, model_of

MODEL = model_of("LB", ("USUBJID", "LBSEQ"), USUBJID="text", LBSEQ="number")


def lb(*rows):
    return pa.table({"USUBJID": [r[0] for r in rows], "LBSEQ": [r[1] for r in rows]})


def test_a_row_in_two_files_is_an_error_that_names_both_and_the_first_key(engine):
    export = export_of("LB", lb(("B", 1.5)), lb(("C", 2.0)), lb(("C", 2.0), ("B", 1.5)))
    expected = (
        "lb1.xpt and lb3.xpt are both table LB and both hold USUBJID=B, LBSEQ=1.5; files of one"
        " table are joined end to end and must not share rows: remove one of them"
    )
    with pytest.raises(DataError) as found:
        engine.load(export, MODEL)
    assert str(found.value) == expected


def test_a_row_twice_in_one_file_and_rows_without_a_key_are_left_to_the_rules(engine):
    export = export_of("LB", lb(("A", 1.0), ("A", 1.0), ("B", None)), lb(("B", None)))
    assert engine.load(export, MODEL).notes == ()


def test_a_partial_date_is_not_the_day_it_may_be(engine):
    model = model_of("LB", ("LBDTC",), LBDTC="date")
    one, other = pa.table({"LBDTC": ["2014"]}), pa.table({"LBDTC": ["2014-01-01"]})
    assert engine.load(export_of("LB", one, other), model).notes == ()


def test_what_cannot_be_checked_is_noted(engine):
    tables = engine.load(export_of("ZZ", lb(("A", 1.0)), lb(("A", 1.0))), MODEL)
    assert str(tables.notes[0]) == (
        "zz1.xpt, zz2.xpt: joined to one table ZZ; whether they share rows was not checked: the"
        " table has no known key"
    )
    only = pa.table({"USUBJID": ["A"]})
    assert "LBSEQ is missing" in str(engine.load(export_of("LB", only, only), MODEL).notes[0])
