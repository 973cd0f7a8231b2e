"""Cox regression, with the ties that a paper's program used.

lifelines knows Efron's form only (R's default); SAS, SPSS and Stata take Breslow's. Both are fitted
here by Newton's method on the same partial likelihood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, isinf
from statistics import NormalDist
from typing import Literal

from oncorules.analysis.statistics.confidence import errors_of, told
from oncorules.analysis.statistics.partial_likelihood import find_maximum, risk_sets
from oncorules.analysis.statistics.subjects import checked
from oncorules.errors import CallError

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True)
class Coefficient:
    """What one covariate does, per unit of it.

    Attributes:
        name: of the covariate.
        value: the log hazard ratio.
        error: its standard error, from the information at the maximum.
        ratio: the hazard ratio; infinite where no number is large enough.
        low: the lower limit of the ratio.
        high: the upper limit of the ratio.
        z: the value by its error (Wald).
        p: two-sided, of z.
    """

    name: str
    value: float
    error: float
    ratio: float
    low: float
    high: float
    z: float
    p: float

    def __str__(self) -> str:
        """Return it in one line."""
        return (
            f"{self.name}: {self.value:.4f} (SE {self.error:.4f}), hazard ratio {self.ratio:.3f} "
            f"({self.low:.3f} to {self.high:.3f}), p = {self.p:.4f}"
        )


@dataclass(frozen=True)
class Cox:
    """A fitted regression.

    Attributes:
        coefficients: by covariate.
        log_likelihood: the partial one, at its maximum.
        null_log_likelihood: the partial one without any covariate.
        n: subjects.
        events: how many of them had the event.
        convention: how ties were treated.
        method: what was fitted.
    """

    coefficients: dict[str, Coefficient]
    log_likelihood: float
    null_log_likelihood: float
    n: int
    events: int
    convention: str
    method: str = "Cox regression"

    @property
    def likelihood_ratio(self) -> float:
        """The chi-squared of the likelihood ratio test of all covariates."""
        return 2 * (self.log_likelihood - self.null_log_likelihood)

    def __str__(self) -> str:
        """Return one line per covariate."""
        head = f"{self.method}, n = {self.n}, {self.events} events ({self.convention})"
        return "\n".join([head, *map(str, self.coefficients.values())])


def fit_cox(
    times: Sequence[float],
    events: Sequence[bool | int],
    covariates: Mapping[str, Sequence[float]],
    *,
    ties: Ties = "efron",
    level: float = 0.95,
) -> Cox:
    """Return a Cox regression.

    Args:
        times: one per subject, from the start, in any unit.
        events: whether each time ends in an event.
        covariates: for each name a number per subject.
        ties: efron or breslow.
        level: of confidence.

    Raises:
        CallError: `a Cox regression needs a covariate and an event`, `a has 2 values for 4
            subjects`, `a value of a is missing; leave the subject out and say so`, `a is the same
            for all subjects; leave it out`, `a covariate is a sum of the others; leave one of them
            out` or `the likelihood has no maximum: a tells all events from the rest`.

    >>> found = fit_cox([1, 2, 3, 4, 5], [1, 1, 0, 1, 1], {"arm": [1, 0, 1, 1, 0]})
    >>> print(found.coefficients["arm"])
    arm: 0.5644 (SE 1.2295), hazard ratio 1.758 (0.158 to 19.572), p = 0.6462
    """
    import numpy as np

    z = errors_of(level)
    found, happened = checked(times, events)
    if ties not in ("efron", "breslow"):
        raise CallError(f'"{ties}" is no way to treat ties; there are efron and breslow')
    if not covariates or not any(happened):
        raise CallError("a Cox regression needs a covariate and an event")
    for name, values in covariates.items():
        if len(values) != len(found):
            raise CallError(f"{name} has {len(values)} values for {len(found)} subjects")
        if any(value is None or value != value for value in values):
            raise CallError(f"a value of {name} is missing; leave the subject out and say so")
        if any(isinf(value) for value in values):
            raise CallError(f"a value of {name} is infinite; a regression takes numbers")
        if len(set(values)) < 2:
            raise CallError(f"{name} is the same for all subjects; leave it out")
    columns = np.column_stack([np.asarray(values, float) for values in covariates.values()])
    # Each covariate spans 1 while it is fitted, whatever its unit.
    span = np.ptp(columns, axis=0)
    scaled = (columns - columns.mean(axis=0)) / span
    sets = risk_sets(np.asarray(found), np.asarray(happened), scaled, efron=ties == "efron")
    null, _, _ = sets.at(np.zeros(len(covariates)))
    beta, likelihood, information = find_maximum(sets, list(covariates))
    beta, errors = beta / span, np.sqrt(np.diag(np.linalg.inv(information))) / span
    coefficients = {
        name: _coefficient(name, float(value), float(error), z)
        for name, value, error in zip(covariates, beta, errors, strict=True)
    }
    words = f"ties by {ties.capitalize()}{told(level)}"
    return Cox(coefficients, likelihood, null, len(found), sum(happened), words)


def _coefficient(name: str, value: float, error: float, z: float) -> Coefficient:
    ratio = value / error
    p = 2 * NormalDist().cdf(-abs(ratio))
    low, high = _power(value - z * error), _power(value + z * error)
    return Coefficient(name, value, error, _power(value), low, high, ratio, p)


def _power(value: float) -> float:
    return exp(value) if value < 709 else inf  # the greatest float is about exp(709.78)
