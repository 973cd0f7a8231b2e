"""The typed schema for notebooks reads a frame as the engine reads an export."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from pandera.errors import SchemaErrors

from oncorules.data.model import CodeList, TableModel, standard_model
from oncorules.validation.structure import pandera_schema

VISIT = TableModel(
    name="VISIT",
    key=("USUBJID",),
    columns={
        "USUBJID": {"type": "text", "core": "required", "length": 4},
        "SEQ": {"type": "integer"},
        "RESULT": {"type": "number"},
        "DAY": {"type": "date"},
        "DONE": {"type": "boolean"},
        "ARM": {"type": "text", "codes": ["A", "B"]},
    },
)


def failures(**columns: list[object]) -> list[tuple[object, ...]]:
    frame = pl.DataFrame({"USUBJID": ["01"] * len(next(iter(columns.values())))} | columns)
    with pytest.raises(SchemaErrors) as caught:
        pandera_schema(VISIT).validate(frame, lazy=True)
    cases = caught.value.failure_cases.filter(pl.col("index").is_not_null())
    return cases.select("column", "failure_case", "index").rows()


def test_a_frame_comes_back_with_the_declared_types():
    frame = pl.DataFrame(
        {
            "USUBJID": ["01", "02"],
            "SEQ": [1.0, None],
            "RESULT": ["1.5", None],
            "DAY": [date(2024, 2, 29), None],
            "DONE": [True, None],
            "ARM": ["A", None],
            "OWN": [1, 2],
        }
    )
    read = pandera_schema(VISIT).validate(frame, lazy=True)
    assert read.schema == {
        "USUBJID": pl.String,
        "SEQ": pl.Int64,
        "RESULT": pl.Float64,
        "DAY": pl.String,
        "DONE": pl.Boolean,
        "ARM": pl.String,
        "OWN": pl.Int64,
    }
    assert read.row(0) == ("01", 1, 1.5, "2024-02-29", True, "A", 1)


def test_a_fraction_is_not_cut_off_but_refused():
    assert failures(SEQ=[1.0, 2.5]) == [("SEQ", "2.5", 1)]
    assert failures(SEQ=["1", "x", "5.0"]) == [("SEQ", "x", 1)]


def test_whole_numbers_keep_all_their_digits():
    number = 123456789012345678
    frame = pl.DataFrame({"USUBJID": ["01"], "SEQ": [str(number)]})
    assert pandera_schema(VISIT).validate(frame)["SEQ"].to_list() == [number]


def test_what_is_missing_in_a_float_is_missing_in_a_whole_number():
    frame = pl.DataFrame({"USUBJID": ["01", "02"], "SEQ": [1.0, float("nan")]})
    assert pandera_schema(VISIT).validate(frame)["SEQ"].to_list() == [1, None]


def test_a_lazy_frame_is_read_as_well():
    frame = pl.LazyFrame({"USUBJID": ["01"], "SEQ": [5.0]})
    assert pandera_schema(VISIT).validate(frame).collect()["SEQ"].to_list() == [5]


def test_every_part_of_the_contract_is_in_the_schema():
    assert failures(RESULT=["1", "abc"]) == [("RESULT", "abc", 1)]
    assert failures(DONE=["Y", "maybe"]) == [("DONE", "maybe", 1)]
    assert failures(DAY=[datetime(2023, 2, 28, 9, 30), datetime(1492, 10, 12)]) == [
        ("DAY", "1492-10-12T00:00:00", 1)
    ]
    assert failures(DAY=["2023-02", "2023-02-30"]) == [("DAY", "2023-02-30", 1)]
    assert failures(ARM=["A", "C"]) == [("ARM", "C", 1)]
    assert failures(USUBJID=["01", None, "00003"]) == [
        ("USUBJID", None, 1),
        ("USUBJID", "00003", 2),
    ]
    with pytest.raises(SchemaErrors, match="column 'USUBJID' not in dataframe"):
        pandera_schema(VISIT).validate(pl.DataFrame({"SEQ": [1]}), lazy=True)


def test_a_study_brings_its_own_code_lists():
    table = VISIT.model_copy(
        update={"columns": {"ARM": VISIT.columns["ARM"].model_copy(update={"codes": "OWN"})}}
    )
    schema = pandera_schema(table, codes={"OWN": CodeList(values=("X",))})
    assert len(schema.validate(pl.DataFrame({"ARM": ["X"]}))) == 1


@pytest.mark.parametrize("name", sorted(standard_model().tables))
def test_every_table_of_the_standard_has_a_schema(name):
    table = standard_model().tables[name]
    assert list(pandera_schema(table).columns) == list(table.columns)
