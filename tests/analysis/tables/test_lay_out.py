"""A table of a paper, filled: the same rows and columns, other numbers, and how they came about."""

from __future__ import annotations

from typing import Any

import pytest

from oncorules.analysis.plan.model import PlannedTable
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.published.read import read_published
from oncorules.analysis.tables.lay_out import SIGNS, LaidTable, lay_out

from ..published.papers import write_paper

DASH = "\u2013"
SHARE, MEDIAN = "count and percentage, unknown in the denominator", "Kaplan-Meier, interval spss"


def count(name: str, n: int, of: int) -> Outcome:
    """Return what a count gives."""
    values = {"n": n, "percent": 100 * n / of, "of": of}
    return Outcome(name, values, f"{SHARE}; of {of}, 0 unknown", SHARE)


def outcomes(**changed: Outcome) -> dict[str, Outcome]:
    """Return what the analyses of the small paper's cells give, some of them changed."""
    men, women = (3, 2), (1, 4)
    found = {
        f"sex.{row}.{arm}": count(row, n, 5)
        for row, pair in (("male", men), ("female", women))
        for arm, n in zip("tc", pair, strict=True)
    }
    for arm in "tc":
        values = {"n": 5, "median": 9.04, "low": 1.26, "high": None}
        found[f"pfs.all.{arm}"] = Outcome("all", values, f"{MEDIAN}; n = 5", MEDIAN)
    found["pfs.all.p"] = Outcome("p", {"p": 0.004}, "log-rank test; t 5, c 5", "log-rank test")
    named = {name.replace("_", "."): one for name, one in changed.items()}
    return {f"table-1.{name}": one for name, one in {**found, **named}.items()}


def laid(folder: Any, *changes: tuple[str, str], **changed: Outcome) -> LaidTable:
    """Return the small paper's table."""
    planned = PlannedTable.model_validate({"blocks": {}})
    published = read_published(write_paper(folder, *changes))
    return lay_out("table-1", published, planned, outcomes(**changed), ["A note of the study."])


def texts(table: LaidTable) -> dict[str, list[str]]:
    """Return the cells of each row by its label."""
    return {row.label: [cell.text for cell in row.cells] for row in table.rows}


def test_rows_columns_and_patterns_are_those_of_the_paper(tmp_path):
    table = laid(tmp_path)
    assert table.title == "Table 1. Characteristics"
    assert [(row.label, row.heading) for row in table.rows] == [
        ("Sex", True), ("Male", False), ("Female", False), ("PFS", True), ("All", False),
    ]  # fmt: skip
    assert texts(table)["Female"] == ["1 (20.0)", "4 (80.0)", ""]
    assert texts(table)["All"] == [f"9.0 (1.3{DASH}N/A)"] * 2 + ["<0.01"]
    male = next(row for row in table.rows if row.label == "Male")
    assert [cell.printed for cell in male.cells] == ["12 (60.0)", "1 (10.0)", "0.02"]


def test_a_p_value_of_counts_follows_from_the_counts_beside_it(tmp_path):
    from scipy.stats import fisher_exact

    expected = fisher_exact([[3, 2], [2, 3]]).pvalue
    sizes = {f"table-1_{arm}": count("size", 5, 5) for arm in "tc"}
    table = laid(tmp_path)
    assert texts(table)["Male"][2] == DASH  # no analysis counts the groups
    found = lay_out(
        "table-1", read_published(tmp_path / "small"),
        PlannedTable.model_validate({"blocks": {}}),
        {**outcomes(), "treated": sizes["table-1_t"], "control": sizes["table-1_c"]},
    )  # fmt: skip
    assert texts(found)["Male"][2] == f"{expected:.2f}"


def test_a_heading_tells_the_size_that_the_export_has(tmp_path):
    assert laid(tmp_path).columns == (f"Treated (n = {DASH})", f"Control (n = {DASH})", "p value")
    published = read_published(tmp_path / "small")
    found = {**outcomes(), "treated": count("treated", 7, 7)}
    table = lay_out("table-1", published, PlannedTable.model_validate({"blocks": {}}), found)
    assert table.columns[0] == "Treated (n = 7)"


def test_methods_are_told_once_and_before_the_notes_of_the_study(tmp_path):
    assert laid(tmp_path).footnotes == (
        "Count and percentage, unknown in the denominator.", "Kaplan-Meier, interval spss.",
        "Log-rank test.", SIGNS, "A note of the study.",
    )  # fmt: skip


def test_an_analysis_beside_the_paper_stands_below_the_table(tmp_path):
    planned = PlannedTable.model_validate({"blocks": {}, "beside": {"Paired": "paired"}})
    found = {**outcomes(), "paired": Outcome("paired", {"p": 0.5, "low": None}, "exact; n = 5")}
    table = lay_out("table-1", read_published(write_paper(tmp_path)), planned, found)
    assert table.footnotes[-1] == (
        "Beside the paper: Paired. p 0.5, low not reached (exact; n = 5)."
    )


def test_a_cell_that_cannot_be_computed_tells_why(tmp_path):
    table = laid(tmp_path, sex_male_t=Outcome("male", reason="the group is empty"))
    cell = next(row for row in table.rows if row.label == "Male").cells[0]
    assert (cell.text, cell.printed, cell.note) == (DASH, "12 (60.0)", "the group is empty")


@pytest.mark.parametrize(("n", "text"), [(0, DASH), (2, "2 (40.0)")])
def test_what_the_paper_leaves_blank_is_filled_when_the_export_has_some(tmp_path, n, text):
    change = ('"1 (10.0)", "0.02"', f'"{DASH}", ""')
    assert texts(laid(tmp_path, change, sex_male_c=count("male", n, 5)))["Male"][1] == text


def test_decimals_are_those_that_the_column_prints(tmp_path):
    change = ('"12 (60.0)"', '"12 (60)"'), ('"8 (40.0)"', '"8 (40)"')
    table = texts(laid(tmp_path, *change))
    assert (table["Male"][:2], table["Female"][:2]) == (
        ["3 (60)", "2 (40.0)"], ["1 (20)", "4 (80.0)"],
    )  # fmt: skip


def test_a_p_value_of_a_block_stands_in_the_line_of_its_heading(tmp_path):
    table = laid(
        tmp_path, ("    partition: true\n", "    p_of: {title: male}\n"),
        ('"1 (10.0)", "0.02"]', '"1 (10.0)", ""]'),
        ("      - [female,", '      - [title, Sex, "", "", "0.02"]\n      - [female,'),
        sex_title_p=Outcome("p", {"p": 0.5}, "by hand; n = 5", "by hand"),
    )  # fmt: skip
    assert texts(table)["Sex"] == ["", "", "0.50"]
    assert [row.label for row in table.rows] == ["Sex", "Male", "Female", "PFS", "All"]
