"""The findings of two runs as lines: which values differ, and what a mask hides."""

from __future__ import annotations

from oncorules.report.change_lines import LEFT_OUT, ChangeLine, ChangeLines
from oncorules.report.masked import Mask

from .compared import Found, compared

LINE = ChangeLine(
    "persisting", "rule changed", "f", "R1", "error", "AE", "", "A", None, "ae.csv", 1,
    {"AESEV": "MILD", "AEOUT": None, "OLD": "1"}, {"AESEV": "SEVERE", "AEOUT": None, "NEW": "2"},
    "", "open", "open",
)  # fmt: skip


def test_a_value_differs_when_it_is_another_one_or_only_one_run_read_it():
    assert LINE.variables == ("AESEV", "AEOUT", "NEW", "OLD")
    assert [name for name in LINE.variables if LINE.differs(name)] == ["AESEV", "NEW", "OLD"]


def test_nothing_differs_where_one_run_has_no_such_finding():
    assert not any(LINE._replace(now=None).differs(name) for name in LINE.variables)
    assert not any(LINE._replace(before=None).differs(name) for name in LINE.variables)


def test_a_mask_hides_subjects_of_both_exports(tmp_path):
    gone = Found("R2", "B", "1", message="B, number 7, is gone")
    there = Found("R1", "A", "A", message="A is there")
    comparison = compared(tmp_path, [gone, there], [there])
    mask = Mask(b"salt", {"A": None, "C": None})
    lines = {line.rule_id: line for line in ChangeLines(comparison, mask).of(comparison.rows)}
    assert lines["R1"].message == f"{mask.subject('A')} is there"
    assert lines["R1"].now == {"AESEV": mask.subject("A")}
    assert (lines["R2"].subject, lines["R2"].message) == (mask.subject("B"), LEFT_OUT)
    assert lines["R2"].before == {"AESEV": LEFT_OUT}
    ids = set(comparison.rows["finding_id"])
    assert not ids & {line.finding_id for line in lines.values()}
