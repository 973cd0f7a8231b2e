"""What many cohorts give at once is what the product gives of one export."""

import numpy as np
import pytest

from oncorules.analysis.agreement.evaluate import Evaluator
from oncorules.analysis.plan.model import Analysis, Comparison, Count, LogRank, Spread, Survival
from oncorules.calibration.ledger.analyses import evaluate
from oncorules.calibration.ledger.analysis_tables import analysis_tables
from oncorules.calibration.ledger.figures import ManyFigures
from oncorules.errors import CallError


@pytest.fixture(params=["twin", "sampled"])
def ran(request):
    return request.getfixturevalue(request.param)


def as_one_number(value, absent):
    """Return a value as cohorts have it: infinite where not reached, NaN where there is none."""
    if value is None:
        return np.nan if absent else np.inf
    return float(value)


def test_every_analysis_of_the_plan_gives_what_the_export_gives(ran):
    tables = analysis_tables(ran.cohort, 1)
    compared = 0
    for name, analysis in ran.run.plan.analyses.items():
        outcome = ran.run.outcomes[name]
        found = evaluate(analysis, tables)
        if outcome.reason:
            assert all(np.isnan(value[0]) for value in found.values()), name
            continue
        told = {key: value for key, value in outcome.values.items() if "." not in key}
        assert found.keys() == told.keys(), name
        for key, value in told.items():
            wanted = as_one_number(value, key in outcome.absent)
            assert found[key][0] == pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True), name
            compared += 1
    assert compared > 1500


def test_every_figure_is_what_the_export_gives(ran):
    many = ManyFigures(ran.run.published, ran.run.plan, analysis_tables(ran.cohort, 1))
    evaluator = Evaluator(ran.run.published, ran.run.outcomes)
    compared = 0
    for figure in ran.run.published:
        one, found = evaluator.value_of(figure), many.value_of(figure)
        if one.reason:
            assert found is None or np.isnan(found[0]), figure.id
            continue
        assert found is not None, figure.id
        wanted = as_one_number(one.value, absent=False)
        assert found[0] == pytest.approx(wanted, rel=1e-9, abs=1e-9), figure.id
        compared += 1
    assert compared > 900


def test_cohorts_beside_one_another_give_what_each_gives_alone(model, twin):
    both = model.solved.take(np.tile(np.arange(len(model.solved)), 2))
    once = ManyFigures(twin.run.published, twin.run.plan, analysis_tables(model.solved, 1)).all()
    twice = ManyFigures(twin.run.published, twin.run.plan, analysis_tables(both, 2)).all()
    for id, value in once.items():
        assert np.broadcast_to(twice[id], 2) == pytest.approx([value[0]] * 2, nan_ok=True), id


WRONG = {
    "no column DOSES of ADPRRT": Analysis(spread=Spread(of="ADPRRT", column="DOSES")),
    "no table ADAE": Analysis(count=Count(of="ADAE")),
    "the column SEX of ADPRRT is text": Analysis(spread=Spread(of="ADPRRT", column="SEX")),
    "medians in the form spss only": Analysis(survival=Survival(of="ADTTE", interval="log")),
    "chi-squared tests only": Analysis(
        compare=Comparison(of="ADSL", test="fisher", rows="SEX", columns="GROUP")
    ),
    "the column RANK1 of ADSL is not text": Analysis(
        compare=Comparison(of="ADSL", test="chi-squared", rows="RANK1", columns="GROUP")
    ),
    "log-rank tests of two told groups only": Analysis(log_rank=LogRank(of="ADTTE", by="SEX")),
}


@pytest.mark.parametrize("message", WRONG)
def test_what_cohorts_cannot_give_is_refused(model, message):
    with pytest.raises(CallError, match=message):
        evaluate(WRONG[message], analysis_tables(model.solved, 1))
