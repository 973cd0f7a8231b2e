"""The shipped ledger is true, and its intervals are a tolerance that tells right from wrong."""

import csv
import re
from collections import Counter
from dataclasses import replace

import pytest

from oncorules.analysis.agreement.compare import compare_figures
from oncorules.analysis.agreement.evaluate import Evaluator
from oncorules.analysis.plan.run import run_plan
from oncorules.analysis.published.printed import round_half_up
from oncorules.analysis.published.read import find_study
from oncorules.calibration.ledger.files import FILE, ledger_file, read_ledger
from oncorules.calibration.ledger.intervals import NOT_REACHED, find_intervals, is_inside
from oncorules.calibration.ledger.ledger import (
    EXACT,
    IMPOSSIBLE,
    UNDER_CONVENTION,
    Entry,
    Ledger,
    find_verdicts,
    make_ledger,
    model_of,
)
from oncorules.errors import CallError, DataError

STUDY = "van-der-zwan-2018"
CORRELATIONS = ("results.pfs_correlation.2", "results.response_correlation.2")
MEDIAN = re.compile(r"table-5\..*\.median")
# A few of each kind, whose intervals can be had without all the others.
FEW = (
    "table-5.pfs.all.i.median",
    "table-5.os.all.r.low",
    "table-5.pfs.all.p.p",
    "results.pfs_correlation.2",
    "results.response_correlation.2",
    "table-1.sex.male.i.percent",
    "table-6.toxicity.any.r_3.n",
)


@pytest.fixture(scope="module")
def kept():
    return read_ledger(find_study(STUDY))


@pytest.fixture(scope="module")
def verdicts(twin):
    return find_verdicts(STUDY, twin.export, twin.run)


def test_the_shipped_ledger_has_the_verdict_of_every_figure(kept, verdicts):
    assert {id: one.verdict for id, one in kept.items()} == {
        id: verdict for id, (verdict, _) in verdicts.items()
    }


def test_the_shipped_intervals_are_those_of_its_cohorts_and_seed(kept, model, twin):
    one = kept[FEW[0]]
    found = find_intervals(
        model, twin.run.published, twin.run.plan, one.cohorts, one.seed, figures=FEW
    )
    assert {id: (interval.low, interval.high) for id, interval in found.items()} == {
        id: (kept[id].low, kept[id].high) for id in FEW
    }


def test_nearly_all_printed_values_lie_inside_the_shipped_intervals(kept):
    """Without calibration the medians of survival would not: the model's are those of the paper."""
    counts = Counter(one.inside for one in kept.values())
    assert counts[True] > 0.98 * (counts[True] + counts[False])
    assert all(kept[id].inside for id in kept if id in FEW or id.endswith("pfs.all.r.median"))


def test_cohorts_put_medians_and_correlations_about_where_they_are_printed(kept, twin):
    printed = {one.id: float(one.printed.value) for one in twin.run.published}
    medians = [one for id, one in kept.items() if MEDIAN.fullmatch(id) and one.below is not None]
    assert len(medians) > 50
    central = [one.id for one in medians if 0.05 < one.below < 0.95]
    assert len(central) > 0.9 * len(medians)
    for id in CORRELATIONS:
        assert float(kept[id].middle) == pytest.approx(printed[id], abs=0.02)


def test_a_model_that_moves_times_too_far_shows_it(model, twin):
    """What the sketch of this method was: medians shifted, and a correlation of a third less."""
    moved = replace(model, moved=model.moved.model_copy(update={"spread": 0.5}))
    figures = ["table-5.os.all.i.median", "table-5.os.all.control.median", *CORRELATIONS]
    found = find_intervals(moved, twin.run.published, twin.run.plan, 100, 1, figures=figures)
    assert not found["table-5.os.all.i.median"].inside
    assert not found["table-5.os.all.control.median"].inside
    assert found["results.pfs_correlation.2"].middle < 0.25
    assert float(found["results.response_correlation.2"].middle) == pytest.approx(0.259, abs=0.03)


def share_inside(kept, published, outcomes, ids):
    evaluator = Evaluator(published, outcomes)
    found = [
        kept[id].low <= value <= kept[id].high
        for id in ids
        if kept[id].low is not None and kept[id].low < kept[id].high
        for value in [as_printed(evaluator, published.figures[id])]
        if value is not None
    ]
    assert len(found) > 15
    return sum(found) / len(found)


def as_printed(evaluator, figure):
    one = evaluator.value_of(figure)
    if one.reason:
        return None
    return NOT_REACHED if one.value is None else round_half_up(one.value, figure.printed.decimals)


def test_the_figures_of_a_new_cohort_lie_inside_the_shipped_intervals(kept, sampled):
    run = sampled.run
    assert share_inside(kept, run.published, run.outcomes, kept) > 0.9


def test_those_of_a_cohort_with_times_half_as_long_again_do_not(kept, sampled):
    run = sampled.run
    times = [
        row | {"AVAL": float(row["AVAL"]) * 1.5}
        if (row["EPOCH"], row["PARAMCD"]) == ("R-PRRT", "PFS")
        else row
        for row in run.tables["ADTTE"]
    ]
    spoiled = run_plan(run.plan, {**run.tables, "ADTTE": times})
    ids = [
        id for id in kept if id.startswith("table-5.pfs.") and id.rpartition(".")[0].endswith(".r")
    ]
    assert share_inside(kept, run.published, run.outcomes, ids) > 0.9
    assert share_inside(kept, run.published, spoiled, ids) < 0.7


def test_a_limit_in_the_form_of_spss_is_exact_under_that_convention(verdicts):
    verdict, why = verdicts["table-5.pfs.midgut.i.low"]
    assert verdict == UNDER_CONVENTION
    assert "interval spss" in why


def test_a_choice_of_the_study_that_a_figure_hangs_on_is_named(verdicts):
    assert verdicts["results.response_correlation.2"] == (
        UNDER_CONVENTION,
        "complete_response: as partial, not above partial",
    )


def test_a_count_hangs_on_no_convention(verdicts):
    assert verdicts["table-1.sex.male.i.n"][0] == EXACT


def test_what_the_paper_itself_contradicts_is_impossible_with_the_arithmetic(verdicts):
    verdict, why = verdicts["table-4.extent.extensive.p.p"]
    assert verdict == IMPOSSIBLE
    assert "15 against 23" in why and "p = 0.856" in why


def test_a_ledger_is_read_as_it_was_written(twin, model, verdicts, tmp_path):
    run = twin.run
    intervals = find_intervals(model, run.published, run.plan, 3, 1, figures=FEW)
    entries = tuple(
        Entry(one.figure, one.computed, *verdicts[one.figure.id], intervals.get(one.figure.id))
        for one in compare_figures(run.published, run.outcomes)
    )
    (tmp_path / "synthetic").mkdir()
    (tmp_path / "synthetic" / FILE).write_bytes(ledger_file(Ledger(run.published, entries, 3, 1)))
    found = read_ledger(tmp_path)
    assert [(one.cohorts, one.seed) for one in found.values()] == [(3, 1)] * len(entries)
    for id, interval in intervals.items():
        one = found[id]
        assert (one.low, one.high, one.inside) == (interval.low, interval.high, interval.inside)
        assert is_inside(run.published.figures[id], one.low, one.high) is one.inside
    assert found["discussion.netter_pfs.1"].inside is None
    with (tmp_path / "synthetic" / FILE).open(newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {14}


def test_a_study_without_a_ledger_says_how_to_write_one(tmp_path):
    with pytest.raises(DataError, match=r"has no synthetic/ledger\.csv; write one with oncorules"):
        read_ledger(tmp_path)


def test_no_cohorts_are_refused_before_anything_is_run(twin):
    with pytest.raises(CallError, match="0 cohorts give no interval; draw at least 1"):
        make_ledger(STUDY, twin.export, cohorts=0, seed=1)


def test_an_invented_trial_has_no_ledger():
    with pytest.raises(DataError, match="two-arm-demo is an invented one: no paper prints"):
        model_of("two-arm-demo")
