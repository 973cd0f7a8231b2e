"""Columns of a page: short, and no text in them ends the script that holds them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from oncorules.report.page_columns import PageColumn, PageTable, page_json

from .pages import Block


def column(*cells) -> PageColumn:
    made = PageColumn()
    made.extend(cells)
    return made


def test_a_column_of_one_value_has_it_once():
    assert column("new", "new", "new").as_json() == '{"all":"new"}'


def test_a_column_of_few_values_has_each_once():
    assert column("a", "a", None, "a", None).as_json() == '{"of":["a",null],"at":[0,0,1,0,1]}'


def test_a_column_of_different_values_has_them_row_by_row():
    assert column(1, 2, 3).as_json() == '{"each":[1,2,3]}'


def test_equal_columns_of_a_table_stand_there_once():
    table = PageTable()
    assert [table.add(column("a")), table.add(column("b")), table.add(column("a"))] == [0, 1, 0]
    assert table.as_json() == '[{"all":"a"},{"all":"b"}]'


@given(st.lists(st.one_of(st.none(), st.integers(0, 9), st.sampled_from("abc")), min_size=1))
def test_the_cells_of_a_column_come_back(cells):
    block = Block({}, {"columns": [json.loads(column(*cells).as_json())]}, {})
    assert [block.cell(0, row) for row in range(len(cells))] == cells


@given(st.text())
def test_no_text_begins_or_ends_a_tag(text):
    written = page_json([text, "</script>", "<!--"])
    assert "<" not in written
    assert written.isascii()
    assert json.loads(written)[0] == text


def test_what_nobody_would_see_is_spelled():
    assert json.loads(column("a\u202eb\x00").as_json()) == {"all": "a\\u202eb\\x00"}
