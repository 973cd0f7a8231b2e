"""Changed cells, copied and missing rows of a table."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oncorules.generators.defects.changed import changed_table


@pytest.fixture
def table():
    name = pa.array(["A", "B", "C"]).dictionary_encode()
    return pa.table({"NAME": name, "SIZE": [1, 2, 3], "SHARE": [0.5, None, 8.0]})


def test_a_table_without_changes_is_the_same_table(table):
    assert changed_table(table, [], set(), {}) is table


def test_a_copy_stands_below_its_row_and_has_cells_of_its_own(table):
    made = changed_table(table, [1, 0], set(), {"SIZE": {3: 20, 4: 10}})
    assert made["NAME"].to_pylist() == ["A", "A", "B", "B", "C"]
    assert made["SIZE"].to_pylist() == [1, 10, 2, 20, 3]


def test_a_row_that_goes_takes_nothing_else_with_it(table):
    made = changed_table(table, [], {1}, {"NAME": {2: "D"}})
    assert made["NAME"].to_pylist() == ["A", "D"]
    assert made["SHARE"].to_pylist() == [0.5, 8.0]


def test_a_text_makes_a_column_of_numbers_a_column_of_texts(table):
    made = changed_table(table, [], set(), {"SIZE": {1: "n.d."}, "SHARE": {0: "n.d.", 2: None}})
    assert made["SIZE"].to_pylist() == ["1", "n.d.", "3"]
    assert made["SHARE"].to_pylist() == ["n.d.", None, None]


def test_numbers_stay_numbers_whole_ones_too(table):
    made = changed_table(table, [], set(), {"SIZE": {1: None}, "SHARE": {1: 2.5}})
    assert made.schema.field("SIZE").type == pa.int64()
    assert made["SHARE"].to_pylist() == [0.5, 2.5, 8.0]
    assert changed_table(table, [], set(), {"SIZE": {0: 1.5}})["SIZE"].to_pylist() == [1.5, 2, 3]
