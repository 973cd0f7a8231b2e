"""The analyses of a plan for many cohorts at once: what `run_plan` gives, one number per cohort."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from oncorules.analysis.plan.model import (
    Analysis,
    Comparison,
    Correlation,
    Count,
    LogRank,
    Paired,
    Spread,
    Survival,
)
from oncorules.calibration.ledger.analysis_tables import PARTS
from oncorules.calibration.ledger.curves import log_ranks, medians
from oncorules.calibration.ledger.many_rows import ManyRows
from oncorules.calibration.ledger.numbers import chi_squared, correlations, mcnemar, quantiles
from oncorules.errors import CallError
from oncorules.generators.coded import Coded, Rows

Tables = Mapping[str, ManyRows]
Answers = dict[str, Rows]
"""Numbers by name, one per cohort: infinite where not reached, NaN where there is none."""


def evaluate(analysis: Analysis, tables: Tables) -> Answers:
    """Return what an analysis gives in each cohort.

    Args:
        analysis: of the plan.
        tables: the analysis tables of all cohorts.

    Raises:
        CallError: it is of a kind, or reads a table or column, that cohorts are not asked for.
    """
    if analysis.log_rank is not None:
        return _log_rank(analysis.log_rank, tables)
    for kind, run in _KINDS.items():
        part = getattr(analysis, kind)
        if part is not None:
            if part.of not in tables:
                raise CallError(f"sampled cohorts have no table {part.of}")
            return run(part, tables[part.of])
    raise CallError("sampled cohorts have no analysis of this kind")


def _none_where_empty(found: Answers, members: Rows) -> Answers:
    return {name: np.where(members > 0, value, np.nan) for name, value in found.items()}


def _count(part: Count, rows: ManyRows) -> Answers:
    selected = rows.select(part)
    having, unknown = selected.copy(), np.zeros(selected.size, bool)
    for name, values in part.having.items():
        having &= rows.among(name, values)
        if None not in values:
            unknown |= ~rows.known(name)
    having &= ~unknown
    members = rows.count(selected)
    of = members if part.unknown == "in" else rows.count(selected & ~unknown)
    count = rows.count(having)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(of > 0, 100 * count / of, np.nan)
    return _none_where_empty({"n": count, "percent": percent, "of": of}, members)


def _spread(part: Spread, rows: ManyRows) -> Answers:
    mask = rows.select(part) & rows.known(part.column)
    values = rows.numbers(part.column)[mask]
    return quantiles(rows.cohort[mask], rows.cohorts, values, part.quartiles)


def _survival(part: Survival, rows: ManyRows) -> Answers:
    if part.interval != "spss" or part.flat != "left" or part.at:
        raise CallError("sampled cohorts have medians in the form spss only")
    cohort, times, events = _times(rows, rows.select(part), part.landmark)
    found = medians(cohort, rows.cohorts, times, events != part.reverse)
    return {
        name: value / PARTS if name in ("median", "low", "high", "error") else value
        for name, value in found.items()
    }


def _times(rows: ManyRows, mask: Rows, landmark: int | None) -> tuple[Rows, Rows, Rows]:
    """Return cohort, time in parts of a month, and event of those beyond the landmark."""
    start = 0 if landmark is None else landmark * PARTS
    times = rows.numbers("AVAL")
    if landmark is not None:
        mask = mask & (times > start)
    return rows.cohort[mask], times[mask] - start, rows.numbers("CNSR")[mask] == 0


def _log_rank(part: LogRank, tables: Tables) -> Answers:
    from scipy import stats

    if len(part.between) != 2:
        raise CallError("sampled cohorts have log-rank tests of two told groups only")
    groups = []
    for number, wanted in enumerate(part.between.values()):
        if wanted.of not in tables:
            raise CallError(f"sampled cohorts have no table {wanted.of}")
        rows = tables[wanted.of]
        cohort, times, events = _times(rows, rows.select(wanted), part.landmark)
        groups.append((cohort, times, events, np.full(cohort.size, number == 1)))
    columns = [np.concatenate(column) for column in zip(*groups, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    cohort, times, events, second = (column[order] for column in columns)
    statistic = log_ranks(cohort, rows.cohorts, times, events, second)
    p = stats.chi2.sf(statistic, 1)
    return {"statistic": statistic, "df": np.where(np.isnan(statistic), np.nan, 1), "p": p}


def _correlate(part: Correlation, rows: ManyRows) -> Answers:
    mask = rows.select(part)
    for name in part.columns:
        mask = mask & rows.known(name)
    first, second = (rows.numbers(name)[mask] for name in part.columns)
    return correlations(rows.cohort[mask], rows.cohorts, first, second)


def _compare(part: Comparison, rows: ManyRows) -> Answers:
    if part.test != "chi-squared":
        raise CallError("sampled cohorts have chi-squared tests only")
    mask = rows.select(part) & rows.known(part.rows) & rows.known(part.columns)
    codes, sizes = [], []
    for name in (part.rows, part.columns):
        column = rows.column(name)
        if not isinstance(column, Coded):
            raise CallError(f"the column {name} of {rows.name} is not text")
        codes.append(column.codes[mask])
        sizes.append(len(column.words))
    cell = (rows.cohort[mask] * sizes[0] + codes[0]) * sizes[1] + codes[1]
    counts = np.bincount(cell, minlength=rows.cohorts * sizes[0] * sizes[1])
    return chi_squared(counts.reshape(rows.cohorts, *sizes))


def _paired(part: Paired, rows: ManyRows) -> Answers:
    selected = rows.select(part)
    whole = selected.copy()
    for name in part.columns:
        whole &= rows.known(name)
    one, other = (rows.among(name, part.value) for name in part.columns)
    first, second = rows.count(whole & one & ~other), rows.count(whole & other & ~one)
    found = {"first": first, "second": second, "p": mcnemar(first, second), "n": rows.count(whole)}
    return _none_where_empty(found, rows.count(selected))


_KINDS: dict[str, Callable[[Any, ManyRows], Answers]] = {
    "survival": _survival, "count": _count, "spread": _spread, "compare": _compare,
    "correlate": _correlate, "paired": _paired,
}  # fmt: skip
