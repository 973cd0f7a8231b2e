"""An analysis plan names only what is there."""

from __future__ import annotations

import pytest

from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.published.read import read_published
from oncorules.errors import RuleError

from ..published.papers import write_paper

PLAN = """\
analyses:
  treated: {count: {of: ADSL, where: {ARM: T}}}
tables:
  table-1:
    of: ADSL
    columns: {t: {where: {ARM: T}}, c: {where: {ARM: C}}}
    blocks:
      sex: {by: SEX, rows: {male: M, female: F}}
      pfs: {of: ADTTE, interval: spss, rows: {all: {where: {PARAMCD: PFS}}}}
"""


def planned(folder, *changes, plan=PLAN):
    root = write_paper(folder, *changes, analyses=plan)
    return read_plan(str(root), read_published(root))


def test_each_cell_of_a_planned_table_is_an_analysis(tmp_path):
    analyses = planned(tmp_path).analyses
    assert list(analyses) == [
        "treated",
        "table-1.sex.male.t", "table-1.sex.male.c", "table-1.sex.female.t", "table-1.sex.female.c",
        "table-1.pfs.all.t", "table-1.pfs.all.c", "table-1.pfs.all.p",
    ]  # fmt: skip
    assert analyses["table-1.sex.male.t"].count.having == {"SEX": ("M",)}
    assert analyses["table-1.pfs.all.t"].survival.where == {"ARM": ("T",), "PARAMCD": ("PFS",)}
    assert list(analyses["table-1.pfs.all.p"].log_rank.between) == ["t", "c"]


def test_a_table_may_be_planned_without_a_word_on_its_cells(tmp_path):
    plan = planned(tmp_path, plan="tables: {table-1: {beside: {Treated: treated}}}\n")
    assert plan.tables["table-1"].blocks == {}
    assert plan.analyses == {}


def test_a_study_without_a_plan_has_an_empty_one(tmp_path):
    root = write_paper(tmp_path)
    assert read_plan(str(root), read_published(root)).analyses == {}


def test_times_may_have_decimals(tmp_path):
    plan = planned(tmp_path, plan=(
        "analyses: {year: {survival: {of: ADTTE, interval: log, at: [0, 365.25]}}}\n"
    ))  # fmt: skip
    assert [str(one) for one in plan.analyses["year"].survival.at] == ["0", "365.25"]


FAULTS = {
    "a table": (("table-1:", "table-2:"), '4:3: the paper prints no table "table-2"'),
    "a column": (("c: {where", "d: {where"), '6:37: the paper prints no column "d"'),
    "a block": (("sex: {by", "sexes: {by"), 'no block "sexes"; did you mean "sex"?'),
    "a row": (("male: M", "males: M"), '8:29: the paper prints no row "males"'),
    "an analysis of two kinds": (
        ("{count: {of: ADSL,", "{spread: {of: ADSL, column: AGE}, count: {of: ADSL,"),
        "2:3: an analysis has one of survival, log_rank, cox, count, spread",
    ),
    "a word": (("interval: spss", "interval: sps"), '9:34: expected one of "spss", "plain"'),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_paper_does_not_print_is_refused_at_its_place(tmp_path, fault):
    (old, new), said = FAULTS[fault]
    assert old in PLAN
    with pytest.raises(RuleError) as caught:
        planned(tmp_path, plan=PLAN.replace(old, new))
    assert "small/published/analyses.yaml:" in str(caught.value)
    assert said in str(caught.value)


def test_a_figure_that_names_an_unknown_analysis_is_told_with_its_own_line(tmp_path):
    change = (
        "cohort: Ki-67 known, group: treated",
        "cohort: x, group: treated, analysis: treatd.n",
    )
    with pytest.raises(RuleError) as caught:
        planned(tmp_path, change)
    assert str(caught.value) == (
        'small/published/text.yaml:4: there is no analysis "treatd"; did you mean "treated"?'
    )


def test_a_log_rank_test_names_its_groups_in_one_way(tmp_path):
    plan = "analyses: {test: {log_rank: {of: ADTTE}}}\n"
    with pytest.raises(RuleError, match="has either `of` and `by`, or `between`"):
        planned(tmp_path, plan=plan)
