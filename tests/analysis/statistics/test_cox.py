"""Cox regression against published values, lifelines and statsmodels."""

from __future__ import annotations

import pytest

from oncorules.analysis.statistics.cox import fit_cox
from oncorules.errors import CallError

from .data import leukaemia, lung, pooled

ARMS = [0.0] * 21 + [1.0] * 21
SEX = [1.0] * 138 + [2.0] * 90


@pytest.mark.parametrize(
    ("ties", "value", "error"), [("efron", 1.572, 0.412), ("breslow", 1.509, 0.410)]
)
def test_published_coefficients_of_the_remission_times_are_met(ties, value, error):
    found = fit_cox(*pooled(leukaemia()), {"placebo": ARMS}, ties=ties).coefficients["placebo"]
    assert (round(found.value, 3), round(found.error, 3)) == (value, error)


def test_published_coefficients_of_the_lung_study_are_met():
    found = fit_cox(*pooled(lung()), {"sex": SEX}).coefficients["sex"]
    assert [round(one, 4) for one in (found.value, found.ratio, found.error)] == [
        -0.5310, 0.5880, 0.1672,
    ]  # fmt: skip
    assert round(found.p, 5) == 0.00149


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_several_covariates_are_fitted_as_by_statsmodels(ties):
    import numpy as np
    from statsmodels.duration.hazard_regression import PHReg

    times, events = pooled(lung())
    other = [float((7 * number) % 11) for number in range(len(times))]
    found = fit_cox(times, events, {"sex": SEX, "other": other}, ties=ties)
    theirs = PHReg(
        np.array(times), np.column_stack([SEX, other]), status=np.array(events), ties=ties
    ).fit()
    mine = list(found.coefficients.values())
    assert [one.value for one in mine] == pytest.approx(list(theirs.params), rel=1e-5)
    assert [one.error for one in mine] == pytest.approx(list(theirs.bse), rel=1e-5)
    assert found.log_likelihood == pytest.approx(theirs.llf, rel=1e-9)


def test_efrons_form_is_that_of_lifelines():
    import pandas as pd
    from lifelines import CoxPHFitter

    times, events = pooled(leukaemia())
    rows = pd.DataFrame({"t": times, "e": events, "arm": ARMS})
    theirs = CoxPHFitter().fit(rows, "t", "e").summary.loc["arm"]
    found = fit_cox(times, events, {"arm": ARMS}).coefficients["arm"]
    assert (found.value, found.error) == pytest.approx(
        (theirs["coef"], theirs["se(coef)"]), rel=1e-5
    )


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        ({}, "needs a covariate and an event"),
        ({"a": [1, 1, 1, 1]}, "a is the same for all subjects"),
        ({"a": [1, 2]}, "a has 2 values for 4 subjects"),
        ({"a": [1, 2, None, 3]}, "a value of a is missing"),
        ({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "a sum of the others"),
        ({"a": [1, 1, 0, 0]}, "the likelihood has no maximum"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(covariates, said):
    with pytest.raises(CallError) as caught:
        fit_cox([1, 2, 3, 4], [1, 1, 0, 0], covariates)
    assert said in str(caught.value)
