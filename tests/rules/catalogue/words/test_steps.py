"""Look-ups, windows, runs, columns and grades in plain English."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from oncorules.rules.catalogue.chapters import read_contents
from oncorules.rules.catalogue.words.steps import Step

HEAD = "id: X\ntitle: T\nkind: check\nsource: ours\n"


def steps(folder: Path, text: str, *, head: str = HEAD) -> dict[str, Step]:
    """The parts of the first chapter of a file, by name."""
    (folder / "one.yaml").write_text(head + dedent(text), "utf-8")
    contents = read_contents([folder / "one.yaml"], with_sql=False)
    return {step.name: step for step in contents.chapters[0].steps}


def test_a_look_up_says_which_row_it_takes(tmp_path: Path) -> None:
    told = steps(
        tmp_path,
        """
        applies_to: {table: EX}
        parameters:
          within: {value: 28, unit: day, source: ours}
        lookups:
          plain: {from: DM, take: only}
          result:
            from: LB
            on: {USUBJID: USUBJID, VISITNUM: EXSEQ}
            where: LBDTC <= this.EXSTDTC and days_between(LBDTC, this.EXSTDTC) <= within
            take: last
            order: [LBDTC, LBSEQ desc]
            if_none: not evaluable
            columns: {SIZE: LBSTRESN * 10}
        condition: plain.AGE > 0 and result.SIZE > 0
        """,
    )
    assert (
        told["look-up plain"].text
        == "the only row of DM with the same keys; without such a row: missing"
    )
    assert told["look-up result"].text == (
        "the last row of LB with the same USUBJID, VISITNUM equal to EXSEQ here; in the order of "
        "LBDTC, then LBSEQ downwards; among those where Date/Time of Specimen Collection (LBDTC) "
        "is on or before Start Date/Time of Treatment (this.EXSTDTC) and the days from Date/Time "
        "of Specimen Collection (LBDTC) to Start Date/Time of Treatment (this.EXSTDTC) is at most "
        "within (28 day); SIZE is Numeric Result/Finding in Standard Units (LBSTRESN) times 10; "
        "without such a row: not evaluable"
    )


def test_rows_nearby_are_told_in_words(tmp_path: Path) -> None:
    told = steps(
        tmp_path,
        """
        applies_to: {table: VS}
        windows:
          earlier: {per: [USUBJID], order: [VISITNUM], rows: earlier}
          month: {per: [USUBJID], order: [VSDTC], rows: in the next 28 days, missing_day: first}
        runs:
          copies: {per: [USUBJID], order: [VISITNUM], of: VSSTRESN = 1}
        condition: count(*) over earlier + count(*) over month + count(*) over copies < 9
        """,
    )
    assert told["rows called earlier"].text == (
        "the rows before this one of the same USUBJID; in the order of VISITNUM"
    )
    assert told["rows called month"].text == (
        "the rows in the next 28 days of the same USUBJID; in the order of VSDTC; a row without a "
        "day comes first"
    )
    assert told["run copies"].text.endswith(
        "with one and the same answer to: Numeric Result/Finding in Standard Units (VSSTRESN) is 1"
    )


def test_lines_that_decide_stand_in_their_order(tmp_path: Path) -> None:
    told = steps(
        tmp_path,
        """
        applies_to: {table: AE}
        columns:
          grade:
            first_true:
              - severe: AETOXGR in ('3', '4', '5')
                id: three and more
              - AETOXGR: otherwise
            if_unknown: not graded
          expected:
            decide_by: [AEOUT, grade, then]
            rows: [[FATAL, any, serious], [any, [severe, mild], serious], [any, any, other]]
        condition: expected <> 'serious'
        """,
    )
    grade = told["column grade"]
    assert grade.text == (
        'the first line that is true decides; where a line before it is unknown: "not graded"'
    )
    assert [row[0] for row in grade.rows] == ['"severe"', "Standard Toxicity Grade (AETOXGR)"]
    assert grade.rows[0][2:] == ("three and more", "AETOXGR in ('3', '4', '5')")
    assert told["column expected"].columns == (
        "Outcome of Adverse Event (AEOUT)",
        "grade",
        "result",
    )
    assert told["column expected"].rows[1] == ("any", "severe or mild", "serious")


def test_a_term_has_a_line_per_grade_with_its_limits_in_each_unit() -> None:
    contents = read_contents(["ctcae-5.0"], with_sql=False)
    grading = next(one for one in contents.chapters if one.kind == "grading")
    term = next(step for step in grading.steps if step.name == "term Anemia")
    assert term.columns == ("only if", "grade", "when", "in g/dL", "in mmol/L", "in g/L", "formula")
    assert term.rows[0] == (
        "", "3", "VALUE is less than g3", "< 8.0 g/dL", "< 4.9 mmol/L", "< 80 g/L", "VALUE < g3"
    )  # fmt: skip
    assert [row[1] for row in term.rows] == ["3", "2", "1", "0"]


def test_a_derived_table_says_where_its_rows_come_from() -> None:
    contents = read_contents(["recist-1.1"], with_sql=False)
    table = next(one for one in contents.chapters if one.id == "time_point")
    told = {step.name: step.text for step in table.steps}
    assert told["one row per"] == "USUBJID, read_by, VISITNUM"
    assert told["rows"] == "those of assessment, new_at_visit, recorded_part, put together by key"
    response = next(step for step in table.steps if step.name == "column TRGRESP")
    assert [row[0] for row in response.rows][:4] == ['"none"', '"NE"', '"CR"', '"PD"']
