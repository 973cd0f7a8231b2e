"""Annotations: one line for each rule, which nothing in the data can break out of."""

from __future__ import annotations

from tests.report.validated import small_run

from oncorules.report.choices import Choices
from oncorules.report.ci.annotations import annotation_lines


def test_each_rule_with_findings_has_a_line_the_worst_first(desk):
    with small_run(desk) as result:
        lines = list(annotation_lines(result, "exports/trial", Choices()))
    assert lines[1].startswith("::error title=DOSED on LB::")
    assert lines[0] == (
        "::error title=POSITIVE on LB,file=exports/trial/lb.csv,line=3::"
        "A result is not below zero: 3 rows are not so, first lb.csv:2: K is -1."
    )
    assert lines[2].startswith("::warning title=ADULT on DM,")
    assert len(lines) == 3


def test_masked_it_says_where_and_not_what(desk, masked):
    with small_run(desk) as result:
        lines = list(annotation_lines(result, "", masked(result)))
    assert lines[0].endswith("3 rows are not so, first lb.csv:2")


def test_a_line_break_or_command_in_the_data_stays_inside_its_line(desk):
    rule = """
    id: NAMED
    title: 'A, b: c'
    applies_to: {table: DM}
    condition: AGE is null
    message: '{USUBJID}'
    """
    dm = 'USUBJID,AGE\n"x\n::error::stolen 100%",4\n'
    folder = desk.folder / "hostile"
    folder.mkdir()
    (folder / "dm.csv").write_text(dm)
    with desk.run(folder, desk.pack(rule)) as result:
        (line,) = annotation_lines(result, "", Choices())
    assert "\n" not in line
    assert "title=NAMED on DM," in line
    assert line.endswith("x%0A::error::stolen 100%25")


def test_the_first_row_shown_is_one_that_nobody_has_accepted(desk, tmp_path):
    with small_run(desk) as result:
        result.write(tmp_path / "week1")
    with small_run(desk, baseline=tmp_path / "week1") as result:
        (line,) = annotation_lines(result, "", Choices())
    assert "DOSED" in line
