"""The list of figures that agreed when somebody last looked."""

from __future__ import annotations

import pytest

from oncorules.analysis.agreement.baseline import (
    baseline_of,
    drifted,
    known_to_agree,
    read_baseline,
    write_baseline,
)
from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.errors import DataError

from .small_study import write_study


@pytest.fixture
def agreements(tmp_path):
    return reproduce(str(write_study(tmp_path)), tmp_path / "export").agreements


def test_what_is_written_is_read_again_in_the_order_of_the_paper(agreements, tmp_path):
    path = tmp_path / "agreed.txt"
    write_baseline(agreements, path)
    assert read_baseline(path) == agreements.agreeing()
    assert path.read_text("utf-8").splitlines()[:2] == ["text.size.1", "text.size.2"]


def test_figures_that_agree_no_more_and_those_that_are_gone_have_drifted(agreements):
    baseline = {"text.size.1", "text.change.2", "table-9.gone.n"}
    assert drifted(agreements, baseline) == ["table-9.gone.n", "text.change.2"]
    assert drifted(agreements, agreements.agreeing()) == []


def test_remarks_and_empty_lines_are_no_figures(tmp_path):
    path = tmp_path / "agreed.txt"
    path.write_text("# of the first run\n\n  text.size.1  \n", "utf-8")
    assert read_baseline(path) == {"text.size.1"}


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_baseline_that_cannot_be_read_says_how_to_make_one(tmp_path, content):
    path = tmp_path / "agreed.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"agreed.txt cannot be read .*; make one with --keep"):
        read_baseline(path)


def test_a_file_of_something_else_is_refused_with_its_line(tmp_path):
    path = tmp_path / "agreed.txt"
    path.write_text("text.size.1\nfigure  printed  computed\n", "utf-8")
    with pytest.raises(DataError, match=r'agreed.txt:2: "figure  printed  computed" is not the id'):
        read_baseline(path)


def test_a_mark_that_an_editor_puts_in_front_is_no_part_of_an_id(tmp_path):
    path = tmp_path / "agreed.txt"
    path.write_text("\ufefftext.size.1\r\n", "utf-8")
    assert read_baseline(path) == {"text.size.1"}


def test_a_study_without_a_baseline_has_nothing_that_must_agree(agreements, tmp_path):
    study = tmp_path / "small"
    assert known_to_agree(study) is None
    write_baseline(agreements, baseline_of(study))
    assert known_to_agree(study) == agreements.agreeing()


def test_a_baseline_that_is_named_counts_and_must_be_there(agreements, tmp_path):
    study, other = tmp_path / "small", tmp_path / "other.txt"
    write_baseline(agreements, baseline_of(study))
    other.write_text("text.size.1\n", "utf-8")
    assert known_to_agree(study, other) == {"text.size.1"}
    with pytest.raises(DataError, match="cannot be read"):
        known_to_agree(study, tmp_path / "gone.txt")
