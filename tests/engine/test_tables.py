"""What was loaded prints well, and names are helped with."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oncorules.errors import CallError

from .conftest import export_of, model_of


def test_tables_print_as_one_line_each(engine):
    rows = pa.table({"USUBJID": ["A"], "own": [1]})
    tables = engine.load(export_of("LB", rows), model_of("LB", USUBJID="text"))
    assert str(tables) == "LB: 1 row, 2 columns, extra OWN (lb1.xpt)"
    assert repr(tables) == str(tables)


def test_a_table_that_the_model_does_not_know_says_so(engine):
    tables = engine.load(export_of("ZZ", pa.table({"a": [1, 2]})), model_of("LB"))
    assert str(tables["ZZ"]) == "ZZ: 2 rows, 1 column, not in the table model (zz1.xpt)"
    assert tables["ZZ"].key == ()


def test_a_wrong_table_name_gets_the_nearest_right_one(engine):
    tables = engine.load(export_of("LB", pa.table({"a": [1]})), model_of("LB"))
    with pytest.raises(CallError, match='the export has no table "LBB"; did you mean "LB"'):
        engine.columns("LBB")
    with pytest.raises(CallError, match='the export has no table "XYZ"; it has LB'):
        tables["XYZ"]
    assert tables.get("XYZ") is None
    assert "XYZ" not in tables


def test_a_notebook_gets_a_table_with_every_text_escaped(engine):
    export = export_of("<B>", pa.table({"<i>": [1]}))
    html = engine.load(export, model_of("LB"))._repr_html_()
    assert "&lt;B&gt;" in html and "<i>" not in html.replace("<li>", "")
