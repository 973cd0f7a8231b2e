"""Edits that change no answer whatever the row is: a solver finds no row that tells them apart.

What the solver cannot follow is a value that may be anything, the same wherever it is written the
same (see `health.encode`). It is taken for the same before and after an edit only where nothing
behind it is edited; so "no row" is a proof. A parameter that is a number may have any value, since
an example can set it. Not proved are edits of what a window or run finds and of the value of a
parameter; and of which row a look-up takes, unless nothing is read of that row but what it is
matched on.
"""

from __future__ import annotations

from dataclasses import dataclass

import z3

from oncorules.rules.compiler.lookup_rows import match_columns
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.formulas import formulas
from oncorules.rules.examples.subject import Subject
from oncorules.rules.grading.lines import NORMAL, WHERE
from oncorules.rules.health import solved
from oncorules.rules.health.encode import Formulas
from oncorules.rules.health.encoder import Encoder
from oncorules.rules.health.items import answers_of, spaces_of_term
from oncorules.rules.health.kinds import Kinds
from oncorules.rules.health.search import Search, differ
from oncorules.rules.health.solved import Solver, Term, Truth
from oncorules.rules.health.space import Space, space_at, space_of, space_there
from oncorules.rules.health.unused import words_in
from oncorules.rules.language.formula import FormulaError, names, parsed
from oncorules.rules.loading import model
from oncorules.rules.loading.model import THIS_TABLE, Column, Grading, Rule, Table
from oncorules.rules.loading.model_rules import downwards
from oncorules.rules.mutating.edit import Edit
from oncorules.rules.session import model_of

_FILTERS = ("where", "until", "keep")
_TERM_PARTS = (WHERE, NORMAL, "grades", "branches")


@dataclass(frozen=True)
class _Both:
    """One place before and after an edit, with the solver that knows the values of both."""

    search: Search
    before: Space
    after: Space

    def formulas(self) -> tuple[Formulas, Formulas]:
        return self.search.formulas(self.before), self.search.formulas(self.after)


class Prover:
    """Proves that edits change nothing."""

    def __init__(self, bench: Bench) -> None:
        """Take a bench, which knows the packs, their tables and the values of their parameters."""
        self._bench = bench
        self._kinds = Kinds(bench.packs, model_of(bench.packs))

    def same(self, subject: Subject, edit: Edit) -> bool:
        """Tell whether surely no row has another answer with an edit."""
        if edit.settings:
            return False
        try:
            if subject.graded is not None:
                return self._same_term(subject, edit)
            if edit.path[0] == "lookups" and edit.path[2] in ("take", "order"):
                return self._same_finding(subject, str(edit.path[1]))
            both = self._both(subject, edit)
            return self._same_part(both, subject, edit) or (
                subject.rule is not None and self._same_rule(both, subject.rule.rule, edit)
            )
        except FormulaError:
            return False  # a name that the solver does not know

    def _both(self, subject: Subject, edit: Edit) -> _Both:
        item, pack = subject.item, subject.pack
        if subject.rule is not None:
            tables = [subject.rule.table]
        elif isinstance(item, Table):
            tables = [*(item.rows_of or ()), *([item.from_] if item.from_ else [])]
        else:
            assert isinstance(item, Grading)
            tables = [item.of]
        seen = self._bench.defaults.of(pack.id, subject.owner)
        spaces = [space_of(one, tables, pack, self._kinds, seen) for one in (item, edit.item)]
        return _Both(Search(Encoder(free=True)), *spaces)

    def _same_finding(self, subject: Subject, alias: str) -> bool:
        """Tell whether it does not matter which row a look-up finds: only that it finds one.

        So it is where nothing is read of it but what it is matched on, which is the same in each of
        its candidates.
        """
        item, pack = subject.item, subject.pack.id
        assert isinstance(item, Rule | Table)
        if isinstance(item, Rule) and item.if_missing:
            return False  # it may name a column of the look-up
        lookup = item.lookups[alias]
        read = {
            name
            for one in formulas(item)
            for label, name, _ in names(parsed(one.text))
            if label == alias
        }
        if subject.rule is not None:
            own = self._bench.empty.relation(subject.rule.table, pack)
            there = own
            if lookup.from_ != THIS_TABLE:
                there = self._bench.empty.relation(lookup.from_, pack)
            if any(there.columns[one.name].kind == "date" for one in lookup.orders):
                return False  # a partial one may leave open which is first
            return read <= match_columns(lookup, own, there).keys()
        return lookup.on is not None and read <= lookup.on.keys()

    def _same_rule(self, both: _Both, rule: Rule, edit: Edit) -> bool:
        changed = edit.item
        assert isinstance(changed, Rule)
        if edit.path[0] == "columns":
            if not _read_plainly(rule, str(edit.path[1])) or set(rule.if_missing) & {*rule.columns}:
                return False
        elif edit.path[0] not in ("condition", "applies_to"):
            return False
        one = answers_of(both.search, both.before, rule)
        other = answers_of(both.search, both.after, changed)
        wheres = [
            formulas.condition(item.applies_to.where or "true")
            for formulas, item in zip(both.formulas(), (rule, changed), strict=True)
        ]
        return both.search.excluded(
            z3.Or(
                differ(*wheres),
                *(
                    getattr(one, part) != getattr(other, part)
                    for part in ("asked", "met", "not_met")
                ),
            )
        )

    def _same_part(self, both: _Both, subject: Subject, edit: Edit) -> bool:
        """Tell whether the part that is edited has the same value for every row."""
        item, changed, path = subject.item, edit.item, edit.path
        assert isinstance(item, Rule | Table) and isinstance(changed, Rule | Table)
        head, name = path[0], str(path[1]) if len(path) > 1 else ""
        among: Solver = solved.YES
        if isinstance(item, Table) and item.where is not None and head in ("columns", "decide"):
            among = both.search.formulas(both.before).condition(item.where).true
        if head == "columns":
            ends = [
                _values(item, search, space, name, one.columns[name])
                for search, space, one in (
                    (both.search, both.before, item),
                    (both.search, both.after, changed),
                )
            ]
            return both.search.excluded(among, z3.Or(*map(_unlike, *ends)))
        if head == "decide" and isinstance(item, Table) and isinstance(changed, Table):
            assert item.decide is not None and changed.decide is not None
            unlike = []
            for label in item.decide.sets:
                spaces = (both.before.without(label), both.after.without(label))
                decides = (item.decide, changed.decide)
                terms = [
                    both.search.formulas(space).decided(label, decide)
                    for space, decide in zip(spaces, decides, strict=True)
                ]
                unlike.append(_unlike(*terms))
            return both.search.excluded(among, z3.Or(*unlike))
        if head in _FILTERS:
            truths = [
                formulas.condition(getattr(one, str(head)))
                for formulas, one in zip(both.formulas(), (item, changed), strict=True)
            ]
            return both.search.excluded(truths[0].true != truths[1].true)
        if head == "lookups" and path[2:3] == ("where",):
            truths = []
            for space, one in ((both.before, item), (both.after, changed)):
                lookup = one.lookups[name]
                inner = space_there(lookup, space, subject.pack, self._kinds)
                truths.append(both.search.formulas(inner).condition(lookup.where or "true"))
            return both.search.excluded(truths[0].true != truths[1].true)
        if head == "stack" and path[2:3] == ("where",):
            return self._same_stack(both, subject, edit)
        return False

    def _same_stack(self, both: _Both, subject: Subject, edit: Edit) -> bool:
        number, truths = int(edit.path[1]), []
        for space, one in ((both.before, subject.item), (both.after, edit.item)):
            assert isinstance(one, Table) and one.stack is not None
            part = one.stack[number]
            inner = space_at(part.from_, space, subject.pack, self._kinds)
            truths.append(both.search.formulas(inner).condition(part.where or "true"))
        return both.search.excluded(truths[0].true != truths[1].true)

    def _same_term(self, subject: Subject, edit: Edit) -> bool:
        item, changed = subject.item, edit.item
        assert isinstance(item, Grading) and isinstance(changed, Grading)
        if edit.path[0] not in _TERM_PARTS:
            return False
        both = self._both(subject, edit)
        one, other = item.terms[0], changed.terms[0]
        for space in spaces_of_term(one, item, both.before):
            formulas = both.search.formulas(space)
            wheres = [formulas.condition(term.where or "true") for term in (one, other)]
            unlike = _unlike(_grade(formulas, one), _grade(formulas, other))
            if not both.search.excluded(z3.Or(differ(*wheres), z3.And(wheres[0].true, unlike))):
                return False
        return True


def _unlike(one: Term, other: Term) -> Solver:
    """Return when two values are not the same."""
    if one.months != other.months:
        return solved.YES
    one, other = solved.alike([one, other])
    ends = z3.Or(one.low != other.low, one.high != other.high)
    return z3.Or(one.null != other.null, z3.And(z3.Not(one.null), ends))


def _values(
    item: Rule | Table, search: Search, space: Space, name: str, column: Column
) -> list[Term]:
    """Return the value of a column and, where something reads it, which line decided."""
    reader = search.formulas(space.without(name))
    found = [reader.column(column)]
    if any(f"line_of({name})" in one.text.replace(" ", "") for one in formulas(item)):
        found.append(reader.column(_named_lines(column)))
    return found


def _named_lines(column: Column) -> Column:
    """Return a column whose lines say their own names instead of their results."""

    def quoted(text: str) -> str:
        return f"'{text.replace(chr(39), chr(39) * 2)}'"

    if column.value is not None:
        return column
    if column.first_true is not None:
        lines = tuple(
            line.model_copy(update={"result": quoted(line.id or f"{line.result}: {line.when}")})
            for line in column.first_true
        )
        return column.model_copy(update={"first_true": lines, "if_unknown": None})
    rows = tuple((*row[:-1], quoted(str(row))) for row in column.rows or ())
    return column.model_copy(update={"rows": rows})


def _read_plainly(rule: Rule, name: str) -> bool:
    """Tell whether only the columns and the condition of a rule read a column, on their own row."""
    behind = [*rule.lookups.values(), *rule.windows.values(), *rule.runs.values()]
    if any(name in words_in(part.model_dump()) for part in behind):
        return False
    read = [pair for one in formulas(rule) for pair in names(parsed(one.text))]
    return not any(alias and label == name for alias, label, _ in read)


def _grade(formulas: Formulas, term: model.Term) -> Term:
    """Return the grade of a term, or at which answer the reading stops."""
    encoder = formulas.encoder

    def lines_of(grades: dict[int | str, str]) -> Term:
        lines = [
            (formulas.condition(text), encoder.text(str(key))) for key, text in downwards(grades)
        ]
        return solved.read_lines(lines, encoder.text("no line"), encoder.text("unknown"))

    parts: list[tuple[Truth, Term]] = []
    if term.normal_when is not None:
        normal = formulas.condition(term.normal_when).true
        parts.append((Truth(normal, z3.Not(normal)), encoder.text("0")))
    if term.grades is not None:
        parts.append((solved.ALWAYS, lines_of(term.grades)))
    for branch in term.branches or ():
        parts.append((formulas.condition(branch.when), lines_of(branch.grades)))
    return solved.read_lines(parts, encoder.text("no branch"), encoder.text("unknown"))
