"""The partial likelihood of Cox regression with its slope and curvature, and where it is highest.

Sources: Cox, JRSS B 1972;34:187-220; ties: Efron, JASA 1977;72:557-565; Breslow, Biometrics
1974;30:89-99.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oncorules.errors import CallError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_STEPS, _SMALL = 50, 1e-10
_LONGEST = 4.0  # of a step, as log hazard ratio over the span of a covariate
_STILL_MOVING = 1e-2  # at a maximum the last step is far shorter; towards none it stays at about 1
_NOTHING = 1e-9  # of the information that there was at the start


@dataclass(frozen=True)
class RiskSets:
    """Subjects from the last time to the first, so that who is at risk is a running sum.

    Attributes:
        covariates: a row per subject, latest first; each column from about -1 to 1.
        last: for each event time, the last row of those at risk.
        died: the rows of those with an event.
        of: for each of `died`, its place among the event times.
        share: for each of `died`, the part of those who die with it that is no longer at risk.
    """

    covariates: Array
    last: Array
    died: Array
    of: Array
    share: Array

    def at(self, beta: Array) -> tuple[float, Array, Array]:
        """Return the log partial likelihood with its gradient and its information matrix."""
        import numpy as np

        x = self.covariates
        line = x @ beta
        top = float(line.max())  # taken off, so that no risk overflows
        risk = np.exp(line - top)
        first = risk[:, None] * x
        second = first[:, :, None] * x[:, None, :]
        total, mean, square = (self._at_risk(one) for one in (risk, first, second))
        mean = mean / total[:, None]
        square = square / total[:, None, None]
        likelihood = float((line[self.died] - top - np.log(total)).sum())
        gradient = (x[self.died] - mean).sum(axis=0)
        information = (square - mean[:, :, None] * mean[:, None, :]).sum(axis=0)
        return likelihood, gradient, information

    def _at_risk(self, values: Array) -> Array:
        """Return the sum over those at risk for each event; Efron takes off a part of the dying."""
        import numpy as np

        dying = np.zeros((len(self.last), *values.shape[1:]))
        np.add.at(dying, self.of, values[self.died])
        share = self.share.reshape(-1, *[1] * (values.ndim - 1))
        summed: Array = values.cumsum(axis=0)[self.last][self.of] - share * dying[self.of]
        return summed


def risk_sets(times: Array, happened: Array, covariates: Array, *, efron: bool) -> RiskSets:
    """Return the subjects in the order in which the likelihood needs them.

    Args:
        times: one per subject.
        happened: whether each time ends in an event.
        covariates: a row per subject.
        efron: ties by Efron, else by Breslow.
    """
    import numpy as np

    order = np.argsort(-times, kind="stable")
    ordered = times[order]
    died = np.flatnonzero(happened[order])
    moments, of, counts = np.unique(-ordered[died], return_inverse=True, return_counts=True)
    last = np.searchsorted(-ordered, moments, side="right") - 1
    # of rises, as died does: those who die together stand together
    place = np.arange(len(died)) - (np.cumsum(counts) - counts)[of]
    share = place / counts[of] if efron else np.zeros(len(died))
    return RiskSets(covariates[order], last, died, of, share)


def find_maximum(sets: RiskSets, names: list[str]) -> tuple[Array, float, Array]:
    """Return the coefficients of the highest likelihood, that likelihood and the information.

    Args:
        sets: the subjects; each covariate spans 1.
        names: of the covariates, for messages.

    Raises:
        CallError: `a is the same for all who are at risk at an event; leave it out`, `a covariate
            is a sum of the others; leave one of them out` or `the likelihood has no maximum: a
            tells all events from the rest`.
    """
    import numpy as np

    beta = np.zeros(len(names))
    likelihood, gradient, information = sets.at(beta)
    at_start = np.sqrt(np.maximum(np.diag(information), 0.0))  # rounding may leave -1e-17
    for name, size in zip(names, at_start, strict=True):
        if size < _NOTHING:
            raise CallError(f"{name} is the same for all who are at risk at an event; leave it out")
    scale = np.outer(at_start, at_start)
    if np.linalg.eigvalsh(information / scale)[0] < _NOTHING:
        raise CallError("a covariate is a sum of the others; leave one of them out")
    for _ in range(_STEPS):
        if np.linalg.eigvalsh(information / scale)[0] < _NOTHING:
            break
        step = np.linalg.solve(information, gradient)
        longest = float(abs(step).max())
        if abs(gradient @ step) < _SMALL and longest < _STILL_MOVING:
            return beta, likelihood, information
        step = step * min(1.0, _LONGEST / longest)
        for _ in range(_STEPS):  # shorter steps until the likelihood rises
            found = sets.at(beta + step)
            if found[0] >= likelihood - _SMALL:
                break
            step = step / 2
        beta, (likelihood, gradient, information) = beta + step, found
    name = names[int(np.argmax(abs(beta)))]
    raise CallError(f"the likelihood has no maximum: {name} tells all events from the rest")
