"""A small study from its files to the verdicts."""

from __future__ import annotations

from collections import Counter

import pytest

from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.errors import CallError, RuleError

from .small_study import write_study


def reproduced(folder, *changes, **more):
    return reproduce(str(write_study(folder, *changes, **more)), folder / "export")


def verdicts(found):
    return {one.figure.id: (one.computed, one.verdict) for one in found.agreements}


def test_each_figure_of_a_paper_gets_a_verdict(tmp_path):
    found = reproduced(tmp_path)
    assert Counter(one.verdict for one in found.agreements) == {
        "agrees as printed": 11,
        "not computable": 3,
    }
    assert [one.note for one in found.agreements if one.verdict == "not computable"] == [
        "quoted from [7]",
        "fixed by the design: a planned number",
        "nobody wrote it down",
    ]


def test_a_cell_has_the_analysis_that_its_column_names_for_it(tmp_path):
    found = reproduced(tmp_path, ('["2", Week 2, "3", "0.67"]', '["2", Week 2, "2", "0.66"]'))
    seen = verdicts(found)
    assert seen["table-1.a.2.at_risk.n"] == ("3", "differs")
    assert seen["table-1.a.2.survival.value"] == ("0.67", "differs")


def test_a_block_may_name_the_analyses_of_its_cells_by_what_each_number_is(tmp_path):
    table = (
        'table: "2"\ntitle: Age\ncolumns: {cox: {header: Age}}\nblocks:\n'
        '  fit: {cells: ratio (95% CI), analysis: "{column}.{row}.{role}", '
        'rows: [[AGE, Age, "0.90 (0.72-1.12)"]]}\n'
    )
    seen = verdicts(reproduced(tmp_path, **{"table-2": table}))
    ids = [f"table-2.fit.AGE.cox.{role}" for role in ("ratio", "low", "high")]
    # lifelines gives 0.899 (0.720 to 1.123) for the same rows
    assert [seen[id] for id in ids] == [
        (text, "agrees as printed") for text in ("0.90", "0.72", "1.12")
    ]


def test_the_same_export_gives_the_same_answers_whatever_the_paper_prints(tmp_path):
    one = reproduced(tmp_path / "one")
    other = reproduced(tmp_path / "two", ("{50}%", "{49}%"), ('"3", "0.67"', '"2", "0.11"'))
    assert one.outcomes == other.outcomes
    assert one.agreements.counts() != other.agreements.counts()


FAULTS = {
    "an analysis that is not there": (
        ("cox.AGE.value", "coxx.AGE.value"),
        r'text.yaml:\d+: there is no analysis "coxx"; did you mean "cox"\?',
    ),
    "an analysis that is not there, in a table": (
        ('"km_{block}.survival_{row}"', '"curve_{block}.survival_{row}"'),
        r'table-1.yaml:\d+: there is no analysis "curve_a"',
    ),
    "a place that no cell has": (
        ('"km_{block}.survival_{row}"', '"km_{group}.survival_{row}"'),
        r'table-1.yaml:\d+:\d+: "\{group\}" is nothing that a cell has; there are \{block\}, ',
    ),
    "a tolerance without a reason": (
        ("analysis: cox.AGE.value", "analysis: cox.AGE.value, tolerance: {units: 1}"),
        r'text.yaml:13:56: missing key "reason"',
    ),
    "an empty reason": (
        ("analysis: cox.AGE.value", 'analysis: cox.AGE.value, tolerance: {units: 1, reason: " "}'),
        r"text.yaml:13:56: a tolerance needs a reason; say why the figures may differ",
    ),
    "a tolerance of nothing": (
        ("analysis: cox.AGE.value", "analysis: cox.AGE.value, tolerance: {units: 0, reason: x}"),
        r"text.yaml:13:56: a tolerance is more than 0 units of the last printed digit",
    ),
    "a cell of another pattern": (
        ('"3", "0.67"', '"3", "0.67 (0.2)"'),
        r'table-1.yaml:7:\d+: the cell "0.67 \(0.2\)" does not read as value',
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_used_says_where_and_why(tmp_path, fault):
    change, said = FAULTS[fault]
    with pytest.raises(RuleError, match=said):
        reproduced(tmp_path, change)


def test_a_group_of_nobody_is_named(tmp_path):
    change = ("TRTA: B}, interval: log, at: 5", "TRTA: C}, interval: log, at: 5")
    found = reproduced(tmp_path, change)
    (one,) = [one for one in found.agreements if one.figure.id == "table-1.b.5.survival.value"]
    assert one.verdict == "not computable"
    assert one.note == "the group is empty: no row of ADTTE has TRTA C"


def test_without_an_export_or_rows_of_its_own_a_study_says_what_to_give(tmp_path):
    with pytest.raises(CallError, match=r"small has no rows of its own; give an export"):
        reproduce(str(write_study(tmp_path)))
