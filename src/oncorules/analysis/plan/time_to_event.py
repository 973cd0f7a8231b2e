"""Runs the analyses of times: survival curves, log-rank tests and Cox regressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from oncorules.analysis.plan.model import LogRank, Regression, Survival
from oncorules.analysis.plan.outcome import Answer, Value
from oncorules.analysis.plan.rows import Rows
from oncorules.analysis.plan.select import Row, matches, select_rows, times_of, value_of

if TYPE_CHECKING:
    from oncorules.analysis.statistics.kaplan_meier import Curve
    from oncorules.analysis.statistics.median_survival import Interval, Median


def run_survival(part: Survival, rows: Sequence[Row]) -> Answer:
    """Return the curve of some rows: its size, its median and what it says at some times."""
    from oncorules.analysis.statistics.kaplan_meier import fit_survival
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
    absent = _absent(median, part.interval)
    for tick in part.at:
        found, missing = _at(curve, tick, part.interval)
        values |= found
        absent |= missing
    method = f"{footnote}{median.method}, {median.convention}"
    return values, method, f"n = {median.n}", absent


def _absent(median: Median, interval: Interval) -> dict[str, str]:
    """Return why the error and, in the form spss, the limits of a median cannot be computed."""
    if interval != "spss":
        return {"error": f"the form {interval} has no standard error of the median"}
    if median.value is None or median.error is not None:
        return {}
    reason = "the form spss needs a curve from 0.55 to 0.45 whose median has a standard error"
    return dict.fromkeys(("error", "low", "high"), reason)


def _at(curve: Curve, tick: Decimal, interval: Interval) -> tuple[dict[str, Value], dict[str, str]]:
    """Return who is at risk, has the event and is censored at a time, and the survival there."""
    from oncorules.analysis.statistics.survival_at import find_survival

    time, name = float(tick), f"survival_{tick:f}"
    place = curve.times.index(time) if time in curve.times else None
    found = find_survival(curve, time, interval="plain" if interval == "spss" else interval)
    values: dict[str, Value] = {
        f"risk_{tick:f}": found.at_risk,
        f"events_{tick:f}": 0 if place is None else curve.events[place],
        f"censored_{tick:f}": 0 if place is None else curve.censored[place],
        name: found.value, f"{name}.error": found.error,
        f"{name}.low": None if interval == "spss" else found.low,
        f"{name}.high": None if interval == "spss" else found.high,
    }  # fmt: skip
    reason = f"survival at {tick:f} is {found.value}, where it has no interval of this form"
    if found.value is None:
        reason = f"nobody is followed at {tick:f}"
    elif interval == "spss":
        reason = "the form spss is one of medians; survival at a time has no such interval"
    absent = {one: reason for one, value in values.items() if value is None}
    if found.error is None and found.value is not None:
        absent[f"{name}.error"] = f"survival at {tick:f} is 0, where Greenwood's error has no value"
    return values, absent


def run_log_rank(part: LogRank, tables: Mapping[str, Sequence[Row]]) -> Answer:
    """Return the test between groups; rows without a group are left out and counted."""
    from oncorules.analysis.statistics.landmark import start_at
    from oncorules.analysis.statistics.logrank import compare_survival

    groups = {name: times_of(select_rows(rows, tables)) for name, rows in part.between.items()}
    left = ""
    if part.of is not None and part.by is not None:
        rows = select_rows(Rows(of=part.of, where=part.where), tables)
        cells = [value_of(row, part.by) for row in rows]
        known = tuple(dict.fromkeys(cell for cell in cells if cell is not None))
        for name in part.groups or known:
            members = [row for row, cell in zip(rows, cells, strict=True) if matches(cell, (name,))]
            groups["missing" if name is None else str(name)] = times_of(members)
        if None in cells and None not in part.groups:
            left = f"; {cells.count(None)} without {part.by} left out"
    if part.landmark is not None:
        for name, pair in groups.items():
            kept = start_at(part.landmark, *pair, name)
            groups[name] = list(kept.times), list(kept.events)
    found = compare_survival(groups)
    values: dict[str, Value] = {"statistic": found.statistic, "df": found.df, "p": found.p}
    for name, size in found.n.items():
        values |= {
            f"{name}.n": size, f"{name}.observed": found.observed[name],
            f"{name}.expected": found.expected[name],
        }  # fmt: skip
    sizes = ", ".join(f"{name} {size}" for name, size in found.n.items())
    at = "" if part.landmark is None else f"landmark at {part.landmark}; "
    return values, f"{at}{found.method}, {found.convention}", f"{sizes}{left}", {}


def run_cox(part: Regression, rows: Sequence[Row]) -> Answer:
    """Return a regression on the rows that have every covariate; the others are counted."""
    from oncorules.analysis.statistics.association import chi_squared_p
    from oncorules.analysis.statistics.cox import fit_cox

    cells = [[value_of(row, name) for name in part.covariates] for row in rows]
    whole = [row for row, values in zip(rows, cells, strict=True) if None not in values]
    left = len(rows) - len(whole)
    times, events = times_of(whole)
    columns = {name: [value_of(row, name) for row in whole] for name in part.covariates}
    found = fit_cox(times, events, columns, ties=part.ties)
    df = len(part.covariates)
    values: dict[str, Value] = {
        "n": found.n, "events": found.events, "deviance": -2 * found.log_likelihood,
        "log_likelihood": found.log_likelihood, "null_log_likelihood": found.null_log_likelihood,
        "likelihood_ratio": found.likelihood_ratio, "df": df,
        "p": chi_squared_p(max(found.likelihood_ratio, 0.0), df),
    }  # fmt: skip
    for name, one in found.coefficients.items():
        values |= {
            f"{name}.value": one.value, f"{name}.error": one.error, f"{name}.ratio": one.ratio,
            f"{name}.low": one.low, f"{name}.high": one.high, f"{name}.z": one.z,
            f"{name}.p": one.p,
        }  # fmt: skip
    missing = f", {left} with a missing covariate left out" if left else ""
    words = f"n = {found.n}, {found.events} events{missing}"
    return values, f"{found.method}, {found.convention}", words, {}
