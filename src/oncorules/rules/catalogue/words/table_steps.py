"""Derived tables and gradings in plain English: their rows, lines that decide, lines per grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oncorules.rules.catalogue.pages import source_text
from oncorules.rules.catalogue.term_words import TermWords
from oncorules.rules.catalogue.words.formula_words import condition_words, value_words
from oncorules.rules.catalogue.words.steps import Step, column_step, orders_words, result_words
from oncorules.rules.catalogue.words.vocabulary import Vocabulary
from oncorules.rules.language.clauses import own_words
from oncorules.rules.loading.model import Decide, Grading, StackPart, Table, Term, Walk
from oncorules.rules.loading.model_rules import downwards


def table_steps(table: Table | Grading, names: Vocabulary) -> Iterator[Step]:
    """Go through what a table says beside its columns: where its rows come from, which stay."""
    if isinstance(table, Grading):
        yield Step("rows", f"those of {table.of}")
        if table.where is not None:
            yield Step("where", condition_words(table.where, names).text)
        for name, text in table.reads.items():
            yield Step(f"reads {name}", value_words(text, names))
        for name, text in table.converted.items():
            yield Step(f"converted {name}", f"{text} in the unit that its test is kept in")
        return
    yield Step("one row per", ", ".join(table.one_row_per))
    yield _rows(table, names)
    for name, values in table.if_no_row.items():
        told = ", ".join(f"{key} is {value_words(text, names)}" for key, text in values.items())
        yield Step(f"without a row of {name}", told)
    if table.if_unreadable == "missing":
        yield Step("unreadable", "a cell that cannot be read is missing here")
    if table.where is not None:
        yield Step("where", condition_words(table.where, names).text)
    if table.until is not None:
        first = condition_words(table.until, names).text
        yield Step("until", f"the rows up to the first, itself included, where {first}")
    if table.keep is not None:
        yield Step("keep", condition_words(table.keep, names).text)
    if table.decide is not None:
        yield _decision(table.decide, names)
    if table.walk is not None:
        yield from _walk(table.walk, names)


def _rows(table: Table, names: Vocabulary) -> Step:
    if table.stack is not None:
        return _stack(table.stack, names)
    if table.rows_of:
        return Step("rows", f"those of {', '.join(table.rows_of)}, put together by key")
    return Step(
        "rows", f"those of {table.from_}" if table.from_ else f"the terms of {table.terms_of}"
    )


def _stack(parts: Sequence[StackPart], names: Vocabulary) -> Step:
    """Return the tables that lie below one another, each with the columns that it gets."""
    labels = list(dict.fromkeys(label for part in parts for label in part.columns))
    rows = []
    for part in parts:
        where = "" if part.where is None else condition_words(part.where, names).text
        own = part.columns
        values = [result_words(own[label], names) if label in own else "" for label in labels]
        rows.append((part.from_, where, *values))
    told = (
        "those of several tables, below one another; a column without a word here is that of the "
        "table itself, and missing where it has none"
    )
    return Step("rows", told, ("from", "where", *labels), tuple(rows))


def _walk(walk: Walk, names: Vocabulary) -> Iterator[Step]:
    starts = ", ".join(f"{key} is {value_words(text, names)}" for key, text in walk.start.items())
    per = f"row after row of the same {', '.join(walk.per)}"
    told = f"{per} in the order of {orders_words(walk.orders)}, at most {walk.at_most} rows"
    yield Step("walk", f"{told}; at the start {starts}")
    for name, column in walk.each_row.items():
        yield column_step(name, column, names)


def _decision(decide: Decide, names: Vocabulary) -> Step:
    """Return the lines that set several columns at a time."""
    rows = []
    for line in decide.lines:
        values = [
            result_words(line.values[name], names) if name in line.values else ""
            for name in decide.sets
        ]
        when = condition_words(line.when, names).text
        rows.append((*values, when, line.id or "", own_words(line.when)))
    heads = (*decide.sets, "when", "called", "formula")
    told = "the first line that is true decides; where a line before it is unknown: missing"
    return Step("decision", told, heads, tuple(rows))


def grade_steps(grading: Grading, names: Vocabulary) -> Iterator[Step]:
    """Go through the terms of a grading, each with one line per grade and its limits by unit."""
    for term in grading.terms:
        told = [f"{', '.join(term.test)}, {term.direction} values"]
        for word, listed in (("specimen", term.specimen), ("category", term.category)):
            if listed:
                told.append(f"{word} {', '.join(listed)}")
        if term.where is not None:
            told.append(f"where {condition_words(term.where, names).text}")
        if term.normal_when is not None:
            told.append(f"grade 0 when {condition_words(term.normal_when, names).text}")
        if term.clinical:
            told.append(f"grades {', '.join(map(str, term.clinical))} by clinical signs alone")
        if term.source is not None:
            told.append(f"source: {source_text(term.source)}")
        terms = TermWords(term, grading.reads)
        heads = ("only if", "grade", "when", *(f"in {unit}" for unit in terms.units), "formula")
        yield Step(f"term {term.label}", "; ".join(told), heads, tuple(_grades(term, terms, names)))


def _grades(term: Term, terms: TermWords, names: Vocabulary) -> Iterator[tuple[str, ...]]:
    branches = [("", term.grades)] if term.grades is not None else []
    branches += [(condition_words(one.when, names).text, one.grades) for one in term.branches or ()]
    for branch, grades in branches:
        for grade, text in downwards(grades):
            limits = terms.of(text, of_value=True)
            by_unit = [limits[unit].text if unit in limits else "" for unit in terms.units]
            words = condition_words(text, names).text
            yield branch, str(grade), words, *by_unit, own_words(text)
