"""Runs an analysis plan on derived tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from oncorules.analysis.plan.model import (
    Analysis,
    Comparison,
    Correlation,
    Count,
    LogRank,
    Paired,
    Plan,
    Regression,
    Spread,
    Survival,
)
from oncorules.analysis.plan.outcome import Outcome, Value
from oncorules.analysis.plan.rows import Rows
from oncorules.errors import CallError

Row = Mapping[str, Any]
Answer = tuple[dict[str, Value], str, str]
"""Numbers by name, the method, and of how many."""


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
            return _outcome(name, *_log_rank(analysis.log_rank, tables))
        for kind, run in _KINDS.items():
            part = getattr(analysis, kind)
            if part is not None:
                return _outcome(name, *run(part, select_rows(part, tables)))
    except CallError as error:
        return Outcome(name, reason=str(error))
    raise AssertionError(name)


def _outcome(name: str, values: dict[str, Value], method: str, size: str) -> Outcome:
    return Outcome(name, values, f"{method}; {size}", method)


def select_rows(wanted: Rows, tables: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Return the rows of a table that have the wanted values.

    Raises:
        CallError: the table or a column is not there, or no row has the values.
    """
    if wanted.of not in tables:
        raise CallError(f"the study derives no table {wanted.of} from this export")
    rows = list(tables[wanted.of])
    for column, values in wanted.where.items():
        rows = [row for row in rows if matches(value_of(row, column), values)]
    if not rows:
        listed = " and ".join(f"{column} {_listed(one)}" for column, one in wanted.where.items())
        raise CallError(f"the group is empty: no row of {wanted.of} has {listed or 'a value'}")
    return rows


def value_of(row: Row, column: str) -> Any:
    """Return a cell; the column must be there."""
    if column not in row:
        raise CallError(f"the table has no column {column}; it has {', '.join(row)}")
    return row[column]


def matches(cell: Any, values: Sequence[Any]) -> bool:
    """Return whether a cell has one of some values; numbers are compared as numbers."""
    return any(_plain(cell) == _plain(value) for value in values)


def _plain(value: Any) -> Any:
    return Fraction(value) if isinstance(value, (int, float, Decimal)) else value


def _listed(values: Sequence[Any]) -> str:
    return " or ".join(map(str, values))


def times_of(rows: Sequence[Row]) -> tuple[list[float], list[bool]]:
    """Return AVAL, and whether each ends in an event (CNSR is 0).

    Raises:
        CallError: a row has no AVAL or no CNSR.
    """
    times = [value_of(row, "AVAL") for row in rows]
    censored = [value_of(row, "CNSR") for row in rows]
    if any(one is None for one in (*times, *censored)):
        missing = sum(None in pair for pair in zip(times, censored, strict=True))
        raise CallError(f"{missing} of {len(rows)} rows have no AVAL or no CNSR")
    return [float(time) for time in times], [one == 0 for one in censored]


def _survival(part: Survival, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.kaplan_meier import count_at_risk, fit_survival
    from oncorules.analysis.statistics.landmark import start_at
    from oncorules.analysis.statistics.median_survival import find_median

    times, events = times_of(rows)
    footnote = ""
    if part.landmark is not None:
        kept = start_at(part.landmark, times, events)
        times, events, footnote = list(kept.times), list(kept.events), f"{kept}; "
    curve = fit_survival(times, events, reverse=part.reverse)
    median = find_median(curve, interval=part.interval, flat=part.flat)
    values: dict[str, Value] = {
        "n": median.n, "events": median.events, "censored": median.n - median.events,
        "median": median.value, "low": median.low, "high": median.high, "error": median.error,
    }  # fmt: skip
    for row in count_at_risk(curve, part.at):
        tick = f"{row.tick:g}"
        place = curve.times.index(row.tick) if row.tick in curve.times else None
        values[f"risk_{tick}"] = row.at_risk
        values[f"events_{tick}"] = 0 if place is None else curve.events[place]
        values[f"survival_{tick}"] = curve.survival_at(row.tick)
    return values, f"{footnote}{median.method}, {median.convention}", f"n = {median.n}"


def _log_rank(part: LogRank, tables: Mapping[str, Sequence[Row]]) -> Answer:
    from oncorules.analysis.statistics.landmark import start_at
    from oncorules.analysis.statistics.logrank import compare_survival

    groups = {name: times_of(select_rows(rows, tables)) for name, rows in part.between.items()}
    if part.of is not None and part.by is not None:
        rows = select_rows(Rows(of=part.of, where=part.where), tables)
        names = part.groups or tuple(dict.fromkeys(value_of(row, part.by) for row in rows))
        for name in names:
            groups[str(name)] = times_of([row for row in rows if matches(row[part.by], (name,))])
    if part.landmark is not None:
        for name, pair in groups.items():
            kept = start_at(part.landmark, *pair, name)
            groups[name] = list(kept.times), list(kept.events)
    found = compare_survival(groups)
    values: dict[str, Value] = {"statistic": found.statistic, "df": found.df, "p": found.p}
    sizes = ", ".join(f"{name} {size}" for name, size in found.n.items())
    at = "" if part.landmark is None else f"landmark at {part.landmark}; "
    return values, f"{at}{found.method}, {found.convention}", sizes


def _cox(part: Regression, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.cox import fit_cox

    times, events = times_of(rows)
    columns = {name: [value_of(row, name) for row in rows] for name in part.covariates}
    found = fit_cox(times, events, columns, ties=part.ties)
    values: dict[str, Value] = {"deviance": -2 * found.log_likelihood, "n": found.n}
    for name, one in found.coefficients.items():
        values |= {
            f"{name}.value": one.value, f"{name}.error": one.error, f"{name}.ratio": one.ratio,
            f"{name}.low": one.low, f"{name}.high": one.high, f"{name}.z": one.z,
            f"{name}.p": one.p,
        }  # fmt: skip
    words = f"n = {found.n}, {found.events} events"
    return values, f"{found.method}, {found.convention}", words


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
    return values, method, f"of {share.of}, {share.unknown} unknown"


def _spread(part: Spread, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.quantiles import find_quantiles

    cells = [value_of(row, part.column) for row in rows]
    known = [cell for cell in cells if cell is not None]
    found = find_quantiles(known, part.quartiles)
    values: dict[str, Value] = {
        "n": found.n, "median": found.median, "q1": found.q1, "q3": found.q3, "min": found.low,
        "max": found.high,
    }  # fmt: skip
    return values, found.convention, f"n = {found.n}, {len(cells) - len(known)} missing"


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
    return values, f"{found.method}, {found.convention}", words


def _correlate(part: Correlation, rows: Sequence[Row]) -> Answer:
    from oncorules.analysis.statistics.association import spearman

    pairs = [tuple(value_of(row, column) for column in part.columns) for row in rows]
    whole = [pair for pair in pairs if None not in pair]
    found = spearman([one for one, _ in whole], [other for _, other in whole])
    left = len(pairs) - len(whole)
    values: dict[str, Value] = {"statistic": found.statistic, "p": found.p, "n": found.n}
    words = f"n = {found.n}, {left} unknown left out"
    return values, f"{found.method}, {found.convention}", words


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
    return values, f"{found.method}, {found.convention}", words


_KINDS: dict[str, Callable[[Any, Sequence[Row]], Answer]] = {
    "survival": _survival, "cox": _cox, "count": _count, "spread": _spread,
    "compare": _compare, "correlate": _correlate, "paired": _paired,
}  # fmt: skip
