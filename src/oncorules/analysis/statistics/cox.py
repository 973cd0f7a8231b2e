"""Cox regression, with the ties that a paper's program used.

lifelines knows Efron's form only (R's default); SAS, SPSS and Stata take Breslow's. Both are fitted
here by Newton's method on the same partial likelihood, with Cox's form of the information matrix.
Sources: Efron, JASA 1977;72:557-565; Breslow, Biometrics 1974;30:89-99.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

from oncorules.analysis.statistics.subjects import checked
from oncorules.errors import CallError

if TYPE_CHECKING:
    import numpy as np

Ties = Literal["efron", "breslow"]
_STEPS, _SMALL = 50, 1e-10
_ENDLESS = 8  # log hazard ratio per standard deviation; 3,000 times the hazard is no estimate


@dataclass(frozen=True)
class Coefficient:
    """What one covariate does: log hazard ratio, standard error, ratio with interval, p."""

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
        n: subjects.
        events: how many of them had the event.
        convention: how ties were treated.
    """

    coefficients: dict[str, Coefficient]
    log_likelihood: float
    n: int
    events: int
    convention: str
    method: str = "Cox regression"

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
        times: from the start.
        events: whether each time ends in an event.
        covariates: for each name a number per subject.
        ties: efron or breslow.
        level: of confidence.

    Raises:
        CallError: there are no covariates or no events, a covariate does not vary or has another
            length, or the likelihood has no maximum (a covariate separates the groups).
    """
    import numpy as np

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
        if len(set(values)) < 2:
            raise CallError(f"{name} is the same for all subjects; leave it out")
    columns = np.column_stack([np.asarray(values, float) for values in covariates.values()])
    means = columns.mean(axis=0)
    data = _Data(np.asarray(found), np.asarray(happened), columns - means, ties == "efron")
    beta, likelihood, information = _maximum(data)
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    z = NormalDist().inv_cdf(0.5 + level / 2)
    coefficients = {
        name: _coefficient(name, float(value), float(error), z)
        for name, value, error in zip(covariates, beta, errors, strict=True)
    }
    words = f"ties by {ties.capitalize()}"
    return Cox(coefficients, likelihood, len(found), sum(happened), words)


def _coefficient(name: str, value: float, error: float, z: float) -> Coefficient:
    from math import exp

    ratio = value / error
    p = 2 * NormalDist().cdf(-abs(ratio))
    low, high = exp(value - z * error), exp(value + z * error)
    return Coefficient(name, value, error, exp(value), low, high, ratio, p)


@dataclass(frozen=True)
class _Data:
    times: np.ndarray[Any, Any]
    happened: np.ndarray[Any, Any]
    covariates: np.ndarray[Any, Any]
    efron: bool

    def at(self, beta: np.ndarray[Any, Any]) -> tuple[float, Any, Any]:
        """Return the log partial likelihood with its gradient and information matrix."""
        import numpy as np

        risk = np.exp(self.covariates @ beta)
        likelihood, size = 0.0, len(beta)
        gradient, information = np.zeros(size), np.zeros((size, size))
        for time in np.unique(self.times[self.happened]):
            in_set = self.times >= time
            dying = self.happened & (self.times == time)
            count = int(dying.sum())
            x, r = self.covariates[in_set], risk[in_set]
            dead_x, dead_r = self.covariates[dying], risk[dying]
            likelihood += float((dead_x @ beta).sum())
            gradient += dead_x.sum(axis=0)
            for step in range(count):
                share = step / count if self.efron else 0.0
                total = r.sum() - share * dead_r.sum()
                first = x.T @ r - share * (dead_x.T @ dead_r)
                second = (x.T * r) @ x - share * ((dead_x.T * dead_r) @ dead_x)
                mean = first / total
                likelihood -= float(np.log(total))
                gradient -= mean
                information += second / total - np.outer(mean, mean)
        return likelihood, gradient, information


def _maximum(data: _Data) -> tuple[Any, float, Any]:
    import numpy as np

    beta = np.zeros(data.covariates.shape[1])
    likelihood, gradient, information = data.at(beta)
    for _ in range(_STEPS):
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            raise CallError("a covariate is a sum of the others; leave one of them out") from None
        if (abs(beta) * data.covariates.std(axis=0) > _ENDLESS).any():
            break
        if abs(gradient @ step) < _SMALL:
            return beta, likelihood, information
        for _ in range(_STEPS):  # shorter steps until the likelihood rises
            found = data.at(beta + step)
            if found[0] >= likelihood - _SMALL:
                break
            step = step / 2
        beta, (likelihood, gradient, information) = beta + step, found
    raise CallError("the likelihood has no maximum: a covariate tells all events from the rest")
