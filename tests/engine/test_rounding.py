"""Decimals beyond the sixth are reported."""

from __future__ import annotations

import pyarrow as pa

from oncorules.engine.rounding import find_rounded

from .conftest import export_of, model_of


def test_columns_with_rounded_numbers_are_noted(engine):
    rows = pa.table({"ORRES": ["0.12345678", "1", "x"], "STRESN": [0.5, 0.25, None]})
    export = export_of("LB", rows)
    tables = engine.load(export, model_of("LB", ORRES="number", STRESN="number"))
    assert list(map(str, find_rounded(engine, export, tables))) == [
        "lb1.xpt: ORRES: 1 of 3 values have more than 6 decimals and were rounded"
    ]
