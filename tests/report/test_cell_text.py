"""Any text as a cell of a workbook."""

from __future__ import annotations

import pytest

from oncorules.report.cell_text import LONGEST, cell_text


def test_a_text_stays_as_it_is_with_its_blanks_tabs_and_lines():
    text = "  <script> & \u00b5mol\t=1+1\n\u65e5\u672c "
    assert cell_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[31m", "a\\x00b\\x1b[31m"),
        ("a\r\nb\rc", "a\nb\\x0dc"),
        ("abc\u202ecba", "abc\\u202ecba"),
        ("\ufffe\uffff", "\\ufffe\\uffff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_cell_cannot_hold_is_spelled(text, shown):
    assert cell_text(text) == shown


def test_a_text_of_the_most_characters_is_whole_and_a_longer_one_is_cut_and_says_so():
    assert cell_text("x" * LONGEST) == "x" * LONGEST
    cut = cell_text("x" * (LONGEST + 1))
    assert len(cut) <= LONGEST
    assert cut.endswith("x... (cut; the text has 32,768 characters)")


def test_characters_count_as_excel_counts_them():
    cut = cell_text("\U0001f9ec" * 20_000)  # two units of UTF-16 each
    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST
    assert cut.startswith("\U0001f9ec" * 16_000 + "... (cut")


def test_a_text_that_xlsxwriter_would_take_for_xml_is_none_any_more():
    assert cell_text("<r><t>x</t></r>") == "<r><t>x</t></r> "
    assert cell_text("<r>x") == "<r>x"
