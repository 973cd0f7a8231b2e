"""Dataset-JSON 1.1: the attributes that the standard asks for, and exact values."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from oncorules.data.write import TableRows
from oncorules.data.write_dataset_json import write
from oncorules.errors import OutputError


def written(table, **options):
    file = io.BytesIO()
    write(TableRows(table), file, name="LB", **{"labels": {}, **options})
    return file.getvalue().decode()


def test_the_required_attributes_are_there():
    rows = pa.table({"USUBJID": ["A", "B"], "LBSEQ": [1, 2]})
    found = json.loads(written(rows, label="Laboratory", labels={"LBSEQ": "Sequence Number"}))
    assert found == {
        "datasetJSONCreationDateTime": "1970-01-01T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.LB",
        "records": 2,
        "name": "LB",
        "label": "Laboratory",
        "columns": [
            {
                "itemOID": "IT.LB.USUBJID",
                "name": "USUBJID",
                "label": "USUBJID",
                "dataType": "string",
            },
            {
                "itemOID": "IT.LB.LBSEQ",
                "name": "LBSEQ",
                "label": "Sequence Number",
                "dataType": "integer",
            },
        ],
        "rows": [["A", 1], ["B", 2]],
    }


def test_types_are_named_and_values_exact():
    rows = pa.table(
        {
            "n": pa.array([Decimal("5.100000")], pa.decimal128(18, 6)),
            "f": [0.1],
            "b": [True],
            "d": [date(2014, 2, 3)],
            "t": [datetime(2014, 2, 3, 10)],
            "s": pa.array(["x"]).dictionary_encode(),
        }
    )
    found = json.loads(written(rows))
    types = ["decimal", "double", "boolean", "date", "datetime", "string"]
    assert [c["dataType"] for c in found["columns"]] == types
    assert found["columns"][0]["targetDataType"] == "decimal"
    assert found["rows"] == [["5.1", 0.1, True, "2014-02-03", "2014-02-03T10:00:00", "x"]]


def test_missing_values_are_null_and_each_row_has_its_line():
    text = written(pa.table({"a": ["", None, "x"], "f": [float("nan"), None, 1.5]}))
    assert text.splitlines()[1:] == ["[null,null],", "[null,null],", '["x",1.5]', "]}"]


def test_an_infinite_number_is_refused():
    with pytest.raises(OutputError, match=r"LB\.F: a number is infinite, which JSON cannot say"):
        written(pa.table({"F": [float("inf")]}))
