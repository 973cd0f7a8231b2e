"""Printed figures that no cohort can have together: refused before a search, with their places."""

from __future__ import annotations

from oncorules.analysis.audit.audit import Audit, Audited
from oncorules.analysis.published.figure import Figure
from oncorules.errors import Problem, RuleError
from oncorules.rules.loading.yaml_text import in_file_order


class NoSuchCohort(ValueError):
    """Nobody can be given what the printed figures ask for."""


def refuse_contradictions(audit: Audit) -> None:
    """Refuse counts of tables that do not add up, and limits on the wrong side of their median.

    What else an audit finds, such as a percentage rounded the wrong way, hinders no search.

    Args:
        audit: of the figures.

    Raises:
        RuleError: every such figure, as `file:line:column: what is printed, and why it cannot be`.
    """
    found = [one for one in audit.contradictions if _hinders(one)]
    if found:
        raise RuleError(in_file_order([_problem(one) for one in found]))


def problems_of(figures: list[Figure], reason: str) -> RuleError:
    """Return the error that names figures no cohort has together.

    Args:
        figures: all that bear on it.
        reason: what was expected and found.
    """
    return RuleError(
        in_file_order(
            [
                Problem(one.place.line, f"{one.id} prints {one.printed.text}, but {reason}")
                for one in figures
            ]
        )
    )


def _hinders(one: Audited) -> bool:
    figure = one.figure
    if not figure.id.startswith("table-"):
        return False
    return figure.statistic == "n" or figure.size_of is not None or "not in order" in one.note


def _problem(one: Audited) -> Problem:
    expected = f"; {one.computed} is expected" if one.computed is not None else ""
    figure = one.figure
    message = f"{figure.id} prints {figure.printed.text}, but {one.note}{expected}"
    return Problem(figure.place.line, message)
