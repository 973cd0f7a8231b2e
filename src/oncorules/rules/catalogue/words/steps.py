"""The parts beside a condition in plain English: look-ups, windows, runs, columns, lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from oncorules.rules.catalogue.words.formula_words import condition_words, value_words
from oncorules.rules.catalogue.words.vocabulary import Vocabulary
from oncorules.rules.compiler.lines import is_code
from oncorules.rules.language.clauses import own_words
from oncorules.rules.loading.model import (
    THIS_TABLE,
    Column,
    Grading,
    Lookup,
    Order,
    Rule,
    Run,
    Table,
    Window,
    is_identifier,
)

_ROWS = {
    "earlier": "the rows before this one",
    "so far": "the rows up to this one, itself included",
    "later": "the rows after this one",
    "all": "all rows, this one included",
    "the one before": "the row before this one",
    "the one after": "the row after this one",
}
_MISSING_DAY = {
    "first": "a row without a day comes first",
    "last": "a row without a day comes last",
    "not evaluable": "a row without a day leaves the answer open",
}


@dataclass(frozen=True)
class Step:
    """One part of a rule or table in words.

    Attributes:
        name: what it is: `look-up subject`, `column days`.
        text: what it says.
        columns: the headings of its lines; none without lines.
        rows: its lines, in the order in which they are tried.
    """

    name: str
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def steps_of(part: Rule | Table | Grading, names: Vocabulary) -> Iterator[Step]:
    """Go through what a rule or table reads and works out beside its condition."""
    for name, lookup in part.lookups.items():
        yield Step(f"look-up {name}", _lookup(name, lookup, names))
    for name, window in part.windows.items():
        yield Step(f"rows called {name}", _window(window, names))
    for name, run in part.runs.items():
        yield Step(f"run {name}", _run(run, names))
    for name, column in part.columns.items():
        yield column_step(name, column, names)


def column_step(name: str, column: Column, names: Vocabulary) -> Step:
    """Return a column in words: its value, or the lines that decide it."""
    unit = f", in {column.unit}" if column.unit else ""
    unit += f"; a code of {column.codes}" if column.codes else ""
    label = f"{column.label}; " if column.label else ""
    if column.value is not None:
        return Step(f"column {name}", label + value_words(column.value, names) + unit)
    if column.first_true is not None:
        told = "the first line that is true decides"
        unknown = "missing"
        if column.if_unknown is not None:
            unknown = result_words(column.if_unknown, names)
        told += f"; where a line before it is unknown: {unknown}"
        rows = [
            (
                result_words(line.result, names),
                condition_words(line.when, names).text,
                line.id or "",
                own_words(line.when),
            )
            for line in column.first_true
        ]
        heads = ("result", "when", "called", "formula")
        return Step(f"column {name}", label + told + unit, heads, tuple(rows))
    assert column.decide_by is not None and column.rows is not None
    names_of = tuple("result" if one == "then" else names.said("", one) for one in column.decide_by)
    cells = tuple(tuple(map(_cell, row)) for row in column.rows)
    told = f"{label}the first row that fits decides; any fits a missing value too{unit}"
    return Step(f"column {name}", told, names_of, cells)


def missing_words(if_missing: Mapping[str, str], names: Vocabulary) -> list[str]:
    """Return what `if_missing` says, line by line, in the order in which it is tried."""
    answers = {
        "met": "the condition counts as met",
        "not met": "the condition counts as not met: a finding",
        "not evaluable": "the row is not evaluable",
        "out of scope": "the row is not in scope",
    }
    found = []
    for column, answer in if_missing.items():
        alias, _, name = column.rpartition(".")
        found.append(f"Where {names.said(alias, name)} is missing, {answers[answer]}.")
    return found


def _lookup(name: str, lookup: Lookup, names: Vocabulary) -> str:
    inside = names.inside(name)
    which = {"only": "the only row", "first": "the first row", "last": "the last row"}[lookup.take]
    table = "this table" if lookup.from_ == THIS_TABLE else lookup.from_
    if lookup.on is None:
        same = "with the same keys"
    else:
        pairs = [a if a == b else f"{a} equal to {b} here" for a, b in lookup.on.items()]
        same = f"with the same {', '.join(pairs)}" if pairs else "whatever its keys"
    told = [f"{which} of {table} {same}"]
    if lookup.order:
        told.append(f"in the order of {orders_words(lookup.orders)}")
    if lookup.where is not None:
        told.append(f"among those where {condition_words(lookup.where, inside).text}")
    for column, text in lookup.columns.items():
        told.append(f"{column} is {value_words(text, inside)}")
    for column, text in lookup.in_between.items():
        told.append(
            f"{column} counts the rows in between where {condition_words(text, inside).text}"
        )
    if lookup.accept is not None:
        told.append(f"taken only where {condition_words(lookup.accept, inside).text}")
    if lookup.if_none == "not evaluable":
        told.append("without such a row: not evaluable")
    elif lookup.if_none:
        values = [f"{key} is {value_words(text, names)}" for key, text in lookup.if_none.items()]
        told.append(f"without such a row: {', '.join(values)}")
    else:
        told.append("without such a row: missing")
    return "; ".join(told)


def _window(window: Window, names: Vocabulary) -> str:
    seen = window.seen
    if seen.days is not None:
        days = names.said("", seen.days) if is_identifier(seen.days) else seen.days
        rows = f"the rows in the {seen.word} {days} days"
    else:
        rows = _ROWS[seen.word]
    told = [f"{rows} of the same {', '.join(window.per)}" if window.per else rows]
    if window.order:
        told.append(f"in the order of {orders_words(window.orders)}")
    if window.missing_day is not None:
        told.append(_MISSING_DAY[window.missing_day])
    return "; ".join(told)


def _run(run: Run, names: Vocabulary) -> str:
    told = (
        f"the unbroken rows around this one, of the same {', '.join(run.per)} in the order of "
        f"{orders_words(run.orders)}, with one and the same answer to: "
        f"{condition_words(run.of, names).text}"
    )
    return f"{told}; {_MISSING_DAY[run.missing_day]}" if run.missing_day is not None else told


def orders_words(orders: Sequence[Order]) -> str:
    """Return what ranks rows: names, each with its direction."""
    ways = {
        "asc": "{0}",
        "desc": "{0} downwards",
        "worst": "{0} from the worst",
        "best": "{0} from the best",
    }
    return ", then ".join(ways[one.way].format(one.name) for one in orders)


def result_words(text: str, names: Vocabulary) -> str:
    """Return the result of a line: a code in quotes, anything that is read in words."""
    if text != "null" and is_code(text, [names.columns, names.parameters, names.aliases]):
        return f'"{text}"'
    return value_words(text, names)


def _cell(cell: str | tuple[str, ...]) -> str:
    return cell if isinstance(cell, str) else " or ".join(cell)
