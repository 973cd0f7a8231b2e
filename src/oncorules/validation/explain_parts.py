"""The parts of a rule in an explanation: its own columns, and the rows that it looked up."""

from __future__ import annotations

from functools import partial

from oncorules.rules.compiler.lines import LINE, words_of
from oncorules.rules.compiler.parts import DECIDE, Parts
from oncorules.rules.compiler.relation import FILE, ROW
from oncorules.rules.deriving.reading import formulas_of, names_in
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.display import display
from oncorules.rules.language.values import Value
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.model import OTHERWISE, THIS_TABLE, Column, Decide, Rule
from oncorules.rules.workspace import Workspace
from oncorules.validation.part_readers import ColumnReader, LookupReader
from oncorules.validation.questions import Questions, shown
from oncorules.validation.roots import decided_by, files_of


def built_columns(
    workspace: Workspace, owner: LoadedPack, one: RuleInstance, parts: Parts, ask: Questions
) -> list[ColumnReader]:
    """Return what reads the columns that a rule or its derived table builds.

    Of the columns of a derived table, those are shown that the rule reads and lines decide.
    """
    readers: list[ColumnReader] = []
    for name, spec in one.rule.columns.items():
        if name in parts.ready:
            number = parts.ready.get(name + LINE)
            readers.append(_column_reader(name, parts.ready[name], number, spec, "", ask))
    below = parts.here.columns
    for alias, name in sorted(names_in(formulas_of(one.rule))):
        if alias or name in one.rule.columns or name not in below:
            continue
        found = decided_by(workspace, one.table, owner.id, name)
        if found is None:
            continue
        table, lines = found
        number = below.get((name if isinstance(lines, Column) else DECIDE) + LINE)
        if number is not None:
            readers.append(_column_reader(name, below[name], number, lines, table, ask))
    return readers


def _column_reader(
    name: str,
    value: Value,
    number: Value | None,
    spec: Column | Decide,
    table: str,
    ask: Questions,
) -> ColumnReader:
    line = None if number is None else ask(number.first)
    words = partial(line_text, spec, table=table)
    return ColumnReader(name, ask(shown(value)), line, words, value.unit)


def line_text(spec: Column | Decide, number: int, table: str = "") -> str:
    """Return in words which line of a column decided.

    Args:
        spec: the column, or what decides several columns.
        number: the line from 1; below 0 for a line that could not be decided, 0 for none.
        table: the derived table that the column belongs to, when it is not one of the rule.
    """
    of = f" of {table}" if table else ""
    if number == 0:
        return f"no line{of} is true"
    place = abs(number)
    if isinstance(spec, Decide):
        decision = spec.lines[place - 1]
        label = f"line {place}{of}" + (f" ({decision.id})" if decision.id else "")
        undecided = " could not be decided" if number < 0 else ""
        return f"{label}{undecided}: {own_words(decision.when)}"
    if spec.first_true is not None:
        line = spec.first_true[place - 1]
        label = f"line {place}{of}" + (f" ({line.id})" if line.id else "")
        words = f"{line.result}: {own_words(line.when)}"
        if number < 0:
            unknown = spec.if_unknown
            then = f", and if_unknown gives {unknown}" if unknown is not None else ""
            return f"{label} could not be decided{then}: {words}"
        return f"{label}, {words}" if line.when != OTHERWISE else f"{label}, otherwise"
    return f"row {place}{of or ' of its table'}: {words_of(spec)[place - 1]}"


def found_rows(
    workspace: Workspace,
    owner: LoadedPack,
    rule: Rule,
    table: str,
    parts: Parts,
    ask: Questions,
) -> list[LookupReader]:
    """Return what reads the rows that the look-ups of a rule found."""
    readers = []
    for alias, hit in parts.hits.items():
        lookup = rule.lookups[alias]
        there = table if lookup.from_ == THIS_TABLE else lookup.from_
        columns = parts.found[alias]
        relation = parts.here if lookup.from_ == THIS_TABLE else parts.find(there)
        key = {name: ask(display(columns[name])) for name in relation.key if name in columns}
        places = [ask(columns[name].first) for name in (FILE, ROW) if name in columns]
        files = files_of(workspace, there, owner.id)
        readers.append(LookupReader(alias, there, ask(hit), key, places, files))
    return readers
