"""Runs an analysis plan on derived tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oncorules.analysis.plan.model import (
    Analysis,
    Comparison,
    Correlation,
    Count,
    Paired,
    Plan,
    Spread,
)
from oncorules.analysis.plan.outcome import Answer, Outcome, Value
from oncorules.analysis.plan.select import Row, matches, select_rows, value_of
from oncorules.analysis.plan.time_to_event import run_cox, run_log_rank, run_survival
from oncorules.errors import CallError


def run_plan(plan: Plan, tables: Mapping[str, Sequence[Row]]) -> dict[str, Outcome]:
    """Return what each analysis of a plan gives; one that cannot be made says why.

    Args:
        plan: the analyses.
        tables: the rows of derived tables by name; those of time-to-event tables have AVAL, and
            CNSR 0 for an event.
    """
    return {name: _run(name, analysis, tables) for name, analysis in plan.analyses.items()}


def _run(name: str, analysis: Analysis, tables: Mapping[str, Sequence[Row]]) -> Outcome:
    try:
        if analysis.log_rank is not None:
            return _outcome(name, *run_log_rank(analysis.log_rank, tables))
        for kind, run in _KINDS.items():
            part = getattr(analysis, kind)
            if part is not None:
                return _outcome(name, *run(part, select_rows(part, tables)))
    except CallError as error:
        return Outcome(name, reason=str(error))
    raise AssertionError(name)


def _outcome(
    name: str, values: dict[str, Value], method: str, size: str, absent: dict[str, str]
) -> Outcome:
    return Outcome(name, values, f"{method}; {size}", method, absent=absent)


def _count(part: Count, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.counts import count_share

    answers: list[bool | None] = []
    for row in rows:
        cells = [(value_of(row, column), values) for column, values in part.having.items()]
        unknown = any(cell is None and None not in values for cell, values in cells)
        answers.append(None if unknown else all(matches(*pair) for pair in cells))
    share = count_share(answers, part.unknown)
    place = "in" if part.unknown == "in" else "left out of"
    method = f"count and percentage, unknown {place} the denominator"
    values: dict[str, Value] = {"n": share.count, "percent": share.percent, "of": share.of}
    absent = {} if share.of else {"percent": "the group is empty once the unknown are left out"}
    return values, method, f"of {share.of}, {share.unknown} unknown", absent


def _spread(part: Spread, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.quantiles import find_quantiles

    cells = [value_of(row, part.column) for row in rows]
    known = [cell for cell in cells if cell is not None]
    found = find_quantiles(known, part.quartiles)
    values: dict[str, Value] = {
        "n": found.n, "median": found.median, "q1": found.q1, "q3": found.q3, "min": found.low,
        "max": found.high,
    }  # fmt: skip
    return values, found.convention, f"n = {found.n}, {len(cells) - len(known)} missing", {}


def _compare(part: Comparison, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.association import chi_squared, fisher_exact

    pairs = [(value_of(row, part.rows), value_of(row, part.columns)) for row in rows]
    whole = [pair for pair in pairs if None not in pair]
    across = sorted({one for one, _ in whole}, key=str)
    down = sorted({one for _, one in whole}, key=str)
    table = [[whole.count((one, other)) for other in down] for one in across]
    found = fisher_exact(table) if part.test == "fisher" else chi_squared(table)
    values: dict[str, Value] = {"p": found.p, "n": found.n}
    if found.statistic is not None:
        values |= {"statistic": found.statistic, "df": found.df}
    left = len(pairs) - len(whole)
    words = f"n = {found.n}, {left} unknown left out"
    return values, f"{found.method}, {found.convention}", words, {}


def _correlate(part: Correlation, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.association import spearman

    pairs = [tuple(value_of(row, column) for column in part.columns) for row in rows]
    whole = [pair for pair in pairs if None not in pair]
    found = spearman([one for one, _ in whole], [other for _, other in whole])
    left = len(pairs) - len(whole)
    values: dict[str, Value] = {"statistic": found.statistic, "p": found.p, "n": found.n}
    words = f"n = {found.n}, {left} unknown left out"
    return values, f"{found.method}, {found.convention}", words, {}


def _paired(part: Paired, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.binomial import mcnemar_exact

    pairs = [tuple(value_of(row, column) for column in part.columns) for row in rows]
    whole = [
        tuple(matches(cell, part.value) for cell in pair) for pair in pairs if None not in pair
    ]
    first, second = whole.count((True, False)), whole.count((False, True))
    found = mcnemar_exact(first, second)
    values: dict[str, Value] = {"first": first, "second": second, "p": found.p, "n": len(whole)}
    left = len(pairs) - len(whole)
    words = f"n = {len(whole)} pairs, {left} unknown left out"
    return values, f"{found.method}, {found.convention}", words, {}


_KINDS: dict[str, Callable[[Any, Sequence[Row]], Answer]] = {
    "survival": run_survival, "cox": run_cox, "count": _count, "spread": _spread,
    "compare": _compare, "correlate": _correlate, "paired": _paired,
}  # fmt: skip
