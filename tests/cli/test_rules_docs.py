"""`oncorules rules docs`."""

from __future__ import annotations

from pathlib import Path

import openpyxl


def test_the_book_is_a_page_or_a_workbook_by_its_name(run) -> None:
    ran = run("rules", "docs", "trial.yaml", "--out", "book.html")
    assert ran.out == "Written to book.html: 2 rules, 1 derived table\n"
    assert Path("book.html").read_text("utf-8").startswith("<!doctype html>")
    assert run("rules", "docs", "trial.yaml", "--out", "book.xlsx").code == 0
    assert openpyxl.load_workbook("book.xlsx").sheetnames == [
        "Rules", "Parameters", "Lines", "Examples", "Configuration"
    ]  # fmt: skip


def test_values_that_are_set_stand_in_the_book(run) -> None:
    run("rules", "docs", "trial.yaml", "--set", "adult=21", "--out", "book.html")
    assert "adult (21 year)" in Path("book.html").read_text("utf-8")


def test_a_review_is_printed_with_its_patch_or_writes_it(run) -> None:
    run("rules", "docs", "trial.yaml", "--out", "book.xlsx")
    book = openpyxl.load_workbook("book.xlsx")
    heads = [cell.value for cell in book["Parameters"][1]]
    book["Parameters"].cell(2, heads.index("new value") + 1).value = "21"
    book.save("book.xlsx")
    ran = run("rules", "docs", "trial.yaml", "--comments", "book.xlsx")
    assert ran.code == 0
    assert "+      adult: {value: 21, unit: year, source: ours}" in ran.lines
    ran = run("rules", "docs", "trial.yaml", "--comments", "book.xlsx", "--out", "a.patch")
    assert ran.lines[-1] == "# written to a.patch"
    assert Path("a.patch").read_text("utf-8").startswith("--- a/trial.yaml\n+++ b/trial.yaml\n")
    assert not any(line.startswith("+") for line in ran.lines)


def test_a_call_that_says_nothing_or_another_ending_is_refused(run) -> None:
    ran = run("rules", "docs", "trial.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "say --out FILE to write the book, or --comments FILE to read it back" in ran.err
    ran = run("rules", "docs", "trial.yaml", "--out", "book.pdf")
    assert ran.code == 2
    assert "one of" not in ran.err and ".html or .xlsx; call it book.html" in ran.err
    ran = run("rules", "docs", "trial.yaml", "--comments", "book.xlsx", "--out", "book.html")
    assert ran.code == 2
    assert "with --comments .patch; call it book.patch" in ran.err


def test_a_workbook_that_is_not_there_is_one_sentence(run) -> None:
    ran = run("rules", "docs", "trial.yaml", "--comments", "none.xlsx", "--quiet")
    assert (ran.code, ran.err) == (3, "oncorules: there is no workbook none.xlsx\n")


def test_a_book_that_cannot_be_written_leaves_nothing(run) -> None:
    ran = run("rules", "docs", "trial.yaml", "--out", "nowhere/book.html")
    assert ran.code == 4
    assert not Path("nowhere").exists()


def test_which_pack_is_written_is_told_unless_nobody_wants_to_know(run) -> None:
    ran = run("rules", "docs", "trial.yaml", "--out", "book.xlsx")
    assert ran.err == "[0/1] writing trial\n"
    assert run("rules", "docs", "trial.yaml", "--out", "book.xlsx", "--quiet").err == ""
