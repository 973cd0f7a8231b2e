"""The rule book as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oncorules.report.rulebook.book_workbook import write_book_workbook

from .book import contents_of


def row_of(sheet: Any, name: str) -> dict[str, Any]:
    """A row as a mapping from headings to cells."""
    heads = [cell.value for cell in sheet[1]]
    rows = [
        dict(zip(heads, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=2)
    ]
    return next(row for row in rows if name in row.values())


def test_a_rule_is_one_row_in_words(reviewer) -> None:
    row = row_of(reviewer.book["Rules"], "EX-END")
    assert row["asks that"] == (
        "the days from Start Date/Time of Treatment (EXSTDTC) to End Date/Time of Treatment "
        "(EXENDTC) is at most window (28 day)"
    )
    assert row["looks at"] == 'Name of Treatment (EXTRT) is not "<i>"'
    assert (row["severity"], row["source"]) == ("warning", "Protocol, 5")
    assert row["parameters"] == "window = 28 day"
    assert (row["file"], row["verdict"], row["comment"]) == ("trial.yaml:28:5", None, None)


def test_parameters_name_the_rules_that_read_them(reviewer) -> None:
    row = row_of(reviewer.book["Parameters"], "trial:window")
    assert (row["value"], row["unit"], row["read by"]) == ("28", "day", "EX-END")
    assert row["given by"] == "default (trial.yaml:6:19)"
    assert (
        row_of(reviewer.book["Parameters"], "trial:AGE-ADULT.how")["choices"]
        == "at least, more than"
    )


def test_examples_and_what_the_book_was_made_of_have_sheets(reviewer) -> None:
    assert row_of(reviewer.book["Examples"], "AGE = 17")["expected"] == "not met"
    assert row_of(reviewer.book["Configuration"], "trial")["value"] == "1.0.0"


def test_a_text_is_no_formula(reviewer) -> None:
    cell = next(
        cell
        for row in reviewer.book["Rules"].iter_rows()
        for cell in row
        if str(cell.value).startswith("=Age")
    )
    assert cell.data_type == "s"


def test_the_same_rules_give_the_same_bytes(reviewer) -> None:
    write_book_workbook(contents_of(with_sql=False), Path("again.xlsx"))
    assert Path("again.xlsx").read_bytes() == Path("book.xlsx").read_bytes()
