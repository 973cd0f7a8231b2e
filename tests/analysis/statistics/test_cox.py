"""Cox regression against published values, lifelines and statsmodels."""

from __future__ import annotations

from itertools import pairwise
from math import exp, inf, log

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("ties", "null", "full", "ratio"),
    [("efron", -93.18427, -85.00842, 16.35), ("breslow", -93.98505, -86.37962, 15.21)],
)
def test_published_likelihoods_of_the_remission_times_are_met(ties, null, full, ratio):
    # G. Rodriguez, Survival Analysis, Princeton: output of Stata and R
    found = fit_cox(*pooled(leukaemia()), {"placebo": ARMS}, ties=ties)
    assert round(found.null_log_likelihood, 5) == null
    assert round(found.log_likelihood, 5) == full
    assert round(found.likelihood_ratio, 2) == ratio


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


def likelihood(times, events, covariates, beta, ties):
    """The log partial likelihood, one who dies after the other."""
    rows = list(zip(times, events, zip(*covariates.values(), strict=True), strict=True))
    risks = [exp(sum(b * x for b, x in zip(beta, xs, strict=True))) for _, _, xs in rows]
    found = 0.0
    for time in {t for t, event, _ in rows if event}:
        at_risk = sum(risk for risk, (t, _, _) in zip(risks, rows, strict=True) if t >= time)
        dead = [risk for risk, (t, e, _) in zip(risks, rows, strict=True) if t == time and e]
        for place, risk in enumerate(dead):
            share = place / len(dead) if ties == "efron" else 0
            found += log(risk) - log(at_risk - share * sum(dead))
    return found


@pytest.mark.parametrize(("ties", "printed"), [("efron", 16.35), ("breslow", 15.21)])
def test_the_likelihood_is_that_of_a_plain_loop_and_its_ratio_the_published_one(ties, printed):
    times, events = pooled(leukaemia())
    found = fit_cox(times, events, {"arm": ARMS}, ties=ties)
    beta = found.coefficients["arm"].value
    at_none, at_best = (
        likelihood(times, events, {"arm": ARMS}, [one], ties) for one in (0.0, beta)
    )
    assert found.log_likelihood == pytest.approx(at_best, rel=1e-10)
    assert round(2 * (found.log_likelihood - at_none), 2) == printed


def test_the_likelihood_of_breslow_is_the_one_that_stata_prints():
    # stcox of the same data in Rodríguez's notes on survival models: Breslow is Stata's default.
    found = fit_cox(*pooled(leukaemia()), {"treated": [1 - arm for arm in ARMS]}, ties="breslow")
    assert round(found.log_likelihood, 6) == -86.379622


def test_the_likelihood_of_efron_is_that_of_lifelines():
    import pandas as pd
    from lifelines import CoxPHFitter

    times, events = pooled(lung())
    rows = pd.DataFrame({"t": times, "e": events, "sex": SEX})
    theirs = CoxPHFitter().fit(rows, "t", "e").log_likelihood_
    assert fit_cox(times, events, {"sex": SEX}).log_likelihood == pytest.approx(theirs, rel=1e-9)


def test_the_interval_of_efron_is_the_one_that_r_prints():
    # summary(coxph(Surv(time, cens) ~ group)): -1.5721, 0.2076, 0.4124, -3.812, 0.000138
    treated = [1 - arm for arm in ARMS]
    one = fit_cox(*pooled(leukaemia()), {"treated": treated}).coefficients["treated"]
    assert (round(one.value, 4), round(one.ratio, 4), round(one.error, 4)) == (
        -1.5721, 0.2076, 0.4124,
    )  # fmt: skip
    assert (round(one.z, 3), round(one.p, 6)) == (-3.812, 0.000138)
    assert (round(one.low, 5), round(one.high, 4)) == (0.09251, 0.4659)


SUBJECTS = st.lists(
    st.tuples(st.integers(1, 8), st.booleans(), st.integers(0, 1), st.integers(-3, 3)),
    min_size=8,
    max_size=30,
)


@given(SUBJECTS, st.sampled_from(["efron", "breslow"]))
def test_no_nearby_coefficients_are_likelier_and_order_and_unit_do_not_matter(subjects, ties):
    times, events, first, second = zip(*subjects, strict=True)
    covariates = {"a": first, "b": second}
    try:
        found = fit_cox(times, events, covariates, ties=ties)
    except CallError:
        assume(False)
    beta = [one.value for one in found.coefficients.values()]
    best = likelihood(times, events, covariates, beta, ties)
    assert found.log_likelihood == pytest.approx(best, abs=1e-8)
    for place in (0, 1):
        for change in (-0.01, 0.01):
            near = [b + change * (at == place) for at, b in enumerate(beta)]
            assert likelihood(times, events, covariates, near, ties) <= best + 1e-9
    turned = fit_cox(
        [7 * t for t in times[::-1]], events[::-1],
        {"b": [1000 * x + 5 for x in second[::-1]], "a": first[::-1]}, ties=ties,
    )  # fmt: skip
    assert [turned.coefficients[name].value for name in "ab"] == pytest.approx(
        [beta[0], beta[1] / 1000], rel=1e-4, abs=1e-6
    )


@given(SUBJECTS, st.sampled_from(["efron", "breslow"]))
def test_a_small_group_is_fitted_as_by_statsmodels(subjects, ties):
    import numpy as np
    from statsmodels.duration.hazard_regression import PHReg

    times, events, first, second = zip(*subjects, strict=True)
    try:
        found = fit_cox(times, events, {"a": first, "b": second}, ties=ties)
    except CallError:
        assume(False)
    mine = [one.error for one in found.coefficients.values()]
    assume(max(mine) < 100)  # theirs cannot be inverted where hardly anything is known
    columns = np.column_stack([first, second]).astype(float)
    theirs = PHReg(np.array(times, float), columns, status=np.array(events, int), ties=ties)
    beta = np.array([one.value for one in found.coefficients.values()])
    assert theirs.score(beta) == pytest.approx([0, 0], abs=1e-3)
    errors = np.sqrt(np.diag(np.linalg.inv(-theirs.hessian(beta))))
    assert mine == pytest.approx(list(errors), rel=1e-3)


def test_a_covariate_that_no_event_can_tell_is_refused_whatever_rounding_leaves():
    with pytest.raises(CallError, match="a is the same for all who are at risk at an event"):
        fit_cox([3, 2, 2, 4, 4], [1, 0, 0, 1, 1], {"a": [0, 1, 0, 0, 0], "b": [-3, 2, -1, -1, -1]})


def test_interval_z_and_p_follow_from_value_and_error():
    found = fit_cox(*pooled(leukaemia()), {"arm": ARMS}, ties="breslow")
    one = found.coefficients["arm"]
    assert [round(x, 3) for x in (one.ratio, one.low, one.high)] == [4.523, 2.027, 10.094]
    assert one.z == pytest.approx(one.value / one.error)
    assert str(found) == (
        "Cox regression, n = 42, 30 events (ties by Breslow)\n"
        "arm: 1.5092 (SE 0.4096), hazard ratio 4.523 (2.027 to 10.094), p = 0.0002"
    )
    narrow = fit_cox(*pooled(leukaemia()), {"arm": ARMS}, level=0.9)
    assert narrow.convention == "ties by Efron, level 0.9"


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_events_that_all_share_one_time_tell_nothing(ties):
    found = fit_cox([5] * 6, [1] * 6, {"a": [0, 0, 1, 1, 0, 1]}, ties=ties)
    assert found.coefficients["a"].value == pytest.approx(0, abs=1e-9)


def test_without_ties_both_forms_agree():
    times, values = [5, 3, 8, 1, 9, 4, 7], [0.2, 1.5, 0.3, 0.9, 0.8, 0.1, 0.4]
    one, two = (
        fit_cox(times, [1, 1, 0, 1, 1, 1, 1], {"a": values}, ties=ties).coefficients["a"]
        for ties in ("efron", "breslow")
    )
    assert (one.value, one.error) == pytest.approx((two.value, two.error), rel=1e-12)


def test_the_unit_of_a_covariate_may_be_tiny_or_far_from_0():
    times, events = pooled(lung())
    values = [float((7 * number) % 11) for number in range(len(times))]
    plain, tiny, far = (
        fit_cox(times, events, {"a": [scale * x + shift for x in values]}).coefficients["a"]
        for scale, shift in ((1, 0), (1e-6, 0), (1, 1e6))
    )
    assert plain.z == pytest.approx(tiny.z, rel=1e-6) == pytest.approx(far.z, rel=1e-6)
    assert tiny.value == pytest.approx(1e6 * plain.value, rel=1e-6)
    assert tiny.high == inf  # a thousandfold more than a float can hold, and no Python error


N = 100


@pytest.mark.parametrize(
    ("times", "events", "values"),
    [
        (range(1, N + 1), [1] * N, [1] + [0] * (N - 1)),  # the first to die
        (range(1, N + 1), [1] * N, [0] * (N - 1) + [1]),  # the last to die
        ([1.5, *range(1, N)], [0] + [1] * (N - 1), [1] + [0] * (N - 1)),  # at risk once
        (range(1, N + 1), [1] * N, [N - number for number in range(N)]),  # in order
    ],
)
def test_a_likelihood_that_rises_for_ever_is_refused_however_rare_the_covariate(
    times, events, values
):
    with pytest.raises(CallError, match="the likelihood has no maximum: a tells all events"):
        fit_cox(times, events, {"a": values})


def test_a_large_effect_has_a_maximum():
    # Two of a hundred cross the order of the rest.
    values = [float(N - number) for number in range(N)]
    values[10], values[60] = values[60], values[10]
    found = fit_cox(range(1, N + 1), [1] * N, {"a": values}).coefficients["a"]
    assert all(before <= after for before, after in pairwise([found.low, found.ratio, found.high]))
    assert likelihood(range(1, N + 1), [1] * N, {"a": values}, [found.value], "efron") > likelihood(
        range(1, N + 1), [1] * N, {"a": values}, [found.value * 1.01], "efron"
    )


def test_dummies_of_all_classes_are_found_to_add_up():
    dummies = {
        name: [float(at % 3 == place) for at in range(30)] for place, name in enumerate("abc")
    }
    with pytest.raises(CallError, match="a covariate is a sum of the others; leave one of them"):
        fit_cox(range(1, 31), [1] * 30, dummies)


def test_a_covariate_that_varies_only_before_the_first_event_is_refused():
    with pytest.raises(CallError, match="a is the same for all who are at risk at an event"):
        fit_cox([1, 2, 3, 4], [0, 1, 1, 1], {"a": [1, 0, 0, 0]})


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        ({}, "needs a covariate and an event"),
        ({"a": [1, 1, 1, 1]}, "a is the same for all subjects"),
        ({"a": [1, 2]}, "a has 2 values for 4 subjects"),
        ({"a": [1, 2, None, 3]}, "a value of a is missing"),
        ({"a": [1, 2, inf, 3]}, "a value of a is infinite; a regression takes numbers"),
        ({"a": [1, 2, 3, 4], "b": [2, 4, 6, 8]}, "a sum of the others"),
        ({"a": [1, 1, 0, 0]}, "the likelihood has no maximum"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(covariates, said):
    with pytest.raises(CallError) as caught:
        fit_cox([1, 2, 3, 4], [1, 1, 0, 0], covariates)
    assert said in str(caught.value)


def test_unknown_ties_and_levels_and_a_group_without_events_are_refused_in_words():
    covariate = {"a": [1, 2, 1, 3]}
    with pytest.raises(CallError, match='"exact" is no way to treat ties; there are efron and'):
        fit_cox([1, 2, 3, 4], [1, 1, 0, 0], covariate, ties="exact")
    with pytest.raises(CallError, match="the level of confidence is 95"):
        fit_cox([1, 2, 3, 4], [1, 1, 0, 0], covariate, level=95)
    with pytest.raises(CallError, match="needs a covariate and an event"):
        fit_cox([1, 2, 3, 4], [0, 0, 0, 0], covariate)
