"""The figures of a small paper, and what its files may not say."""

from __future__ import annotations

import pytest

from oncorules.analysis.published.read import read_published, studies
from oncorules.errors import CallError, RuleError

from .papers import write_paper


def test_each_number_becomes_a_figure_in_the_order_of_the_paper(tmp_path):
    published = read_published(write_paper(tmp_path))
    assert [(one.id, one.printed.text, one.kind) for one in published][:7] == [
        ("text.men.1", "20", "cohort"),
        ("text.men.2", "twelve", "recomputable"),
        ("text.men.3", "60", "recomputable"),
        ("text.men.4", "3", "cohort"),
        ("text.men.5", "17", "recomputable"),
        ("text.pfs.1", "10.0", "recomputable"),
        ("text.pfs.phrase_2", "95", "design"),
    ]
    assert published.figures["table-1.t.n"].kind == "recomputable"  # the text printed it first
    assert published.figures["text.pfs.4"].kind == "external"
    place = published.figures["table-1.sex.male.t.percent"].place
    assert str(place) == "Table 1, Sex: Male, Treated (n = 20)"
    assert place.line == "small/published/table-1.yaml:13"


FAULTS = {
    "too few cells": (
        ('"12 (60.0)", ', ""),
        "table-1.yaml:13:9: the row has 2 cells behind its id and its line, the table has "
        "3 columns",
    ),
    "another pattern": (
        ('"12 (60.0)"', '"12 of 20"'),
        'table-1.yaml:13:9: the cell "12 of 20" does not read as n (%)',
    ),
    "a number without braces": (
        ("{3}, unknown", "3, unknown"),
        'text.yaml:4:11: the number "3" stands neither in braces nor in a known phrase',
    ),
    "no number in braces": (
        ("{twelve}", "{dozen}"),
        'text.yaml:4:11: "dozen" in braces is not a number',
    ),
    "a number that nobody explains": (
        ('      - {external: "7"}\n', ""),
        "text.yaml:13:11: 4 numbers stand in braces, 3 are explained",
    ),
    "a cell that is not there": (
        ("cell: table-1.pfs.all.t", "cell: table-1.pfs.none.t"),
        'text.yaml:13:11: there is no cell "table-1.pfs.none.t" with numbers',
    ),
    "a figure that is not there": (
        ("is: table-1.sex.male.t.n", "is: table-1.sex.mail.t.n"),
        'text.yaml:4: there is no figure "table-1.sex.mail.t.n"; '
        'did you mean "table-1.sex.male.t.n"?',
    ),
    "a group that is not there": (
        ("group: control}", "group: controls}"),
        'table-1.yaml:5: the paper has no group "controls"; did you mean "control"?',
    ),
    "an id twice": (
        ("[female,", "[male,"),
        'table-1.yaml:14: a second figure has the id "table-1.sex.male.t.n"; rename its row',
    ),
    "an unknown test": (
        ("test: fisher", "test: fischer"),
        'table-1.yaml:6:30: expected one of "fisher", "log-rank", "chi-squared", "spearman", '
        'found "fischer"; did you mean "fisher"?',
    ),
    "an unknown key": (
        ("partition: true", "partitions: true"),
        'table-1.yaml:11:5: unknown key "partitions"; did you mean "partition"?',
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_used_says_where_and_why(tmp_path, fault):
    change, said = FAULTS[fault]
    with pytest.raises(RuleError) as caught:
        read_published(write_paper(tmp_path, change))
    assert f"small/published/{said}" in str(caught.value)


def test_a_study_that_is_not_there_names_those_that_are(tmp_path):
    with pytest.raises(CallError, match='no study "van-der-zwan-2081"; did you mean'):
        read_published("van-der-zwan-2081")
    with pytest.raises(CallError, match=r"has no published/paper.yaml"):
        read_published(tmp_path)
    assert "van-der-zwan-2018" in studies()
