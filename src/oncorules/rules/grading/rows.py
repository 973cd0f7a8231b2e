"""The rows of a table joined to the terms of a grading, and the grade of each.

```text
rows  x  terms        on the test          -> number of the term, of its lines, of its units
      x  spellings    on units, spelling   -> the unit and its factor into the common one
      x  limits       on term, unit        -> the limits on the common scale
      CASE on the number of the lines      -> number of the answer
      x  answers      on that number       -> grade, line, cause
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from oncorules.rules.compiler.relation import absent, column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.grading.formulas import (
    CATEGORY,
    LIMIT,
    OWN,
    SCALED,
    SPECIMEN,
    UNIT,
    VALUE,
    mixed_alias,
)
from oncorules.rules.grading.joins import ANSWER, CAUSE, NUMBERS, Joins
from oncorules.rules.grading.lines import (
    WHERE,
    Lines,
    Outcome,
    Outcomes,
    lines_tree,
    truth_of,
)
from oncorules.rules.grading.reasons import Reasons, same_units
from oncorules.rules.grading.terms import (
    COMPARED,
    FACTOR,
    FAMILY,
    PATTERN,
    SHOWN_BY,
    Terms,
    limit_column,
    placed_term,
)
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate_tree
from oncorules.rules.language.values import COUNT, MEASURE, Value, decimal, integer, text

GRADED = ("TERM", "DIRECTION", "GRADE", "GRADELINE", "REASON", "LIMITUNIT", VALUE)
"""The columns that a grading adds; VALUE takes the place of a column of that name."""

_MISSING = {SPECIMEN: "missing_specimen", CATEGORY: "missing_category"}


@dataclass(frozen=True)
class GradeRows:
    """One grading while it is compiled.

    Attributes:
        steps: the query so far; its last step has everything that `names` refer to.
        names: the columns of the rows, and what the grading reads.
        terms: the terms.
        scope: parameters, code lists.
    """

    steps: Steps
    names: Mapping[str, Value]
    terms: Terms
    scope: Scope

    @property
    def joins(self) -> Joins:
        """The joins of these rows."""
        return Joins(self.steps, self.names, self.terms)

    def graded(self) -> dict[str, Value]:
        """Add the steps that grade every row, and return the columns of `GRADED`."""
        joins = self.joins
        joins.join_terms()
        joins.join_units()
        scope = self._line_scope()
        self._keep_where(scope)
        outcomes = Outcomes()
        answer = integer(self._answers(scope, outcomes))
        self.steps.extend({ANSWER: answer})
        joins.join_outcomes(outcomes)
        terms = frozenset(pair.term.term for pair in self.terms.pairs)
        return {
            "TERM": text(column("TERM"), terms),
            "DIRECTION": text(column("DIRECTION"), frozenset(["low", "high"])),
            "GRADE": Value("integer", column("GRADE"), digits=COUNT),
            "GRADELINE": text(column("GRADELINE")),
            "REASON": text(self._reasons(outcomes)),
            "LIMITUNIT": text(self._limit_unit()),
            VALUE: self._compared_value(),
        }

    # values ---------------------------------------------------------------------------------

    def _factor(self, group: str) -> Value:
        whole, scale = self.terms.factor_digits
        return Value("number", column(FACTOR + group), digits=(whole + scale, scale))

    def _line_scope(self) -> Scope:
        """Return the names of the lines; scaled values are stored in a step."""
        scope = replace(self.scope, columns=self.names, aliases={}, frames={}, group=None)
        used: dict[str, dict[str, Value]] = {}
        for reading in self.terms.readings:
            for node in reading.tree.find_all(exp.Column):
                if node.table == SCALED:
                    used.setdefault(SCALED, {})[node.name] = self._scaled(node.name, None)
                for groups in reading.mixed:
                    if node.table == mixed_alias(groups):
                        values = used.setdefault(node.table, {})
                        values[node.name] = self._scaled(node.name, groups)
        stored = self.steps.extend(
            {f"{alias}.{name}": v for alias, values in used.items() for name, v in values.items()}
        )
        aliases: dict[str, dict[str, Value]] = {
            alias: {name: stored[f"{alias}.{name}"] for name in values}
            for alias, values in used.items()
        }
        digits = self.joins.limit_digits() if self.terms.limits else COUNT
        aliases[LIMIT] = {
            name: Value("number", column(limit_column(name)), digits=digits)
            for name in self.terms.limits
        }
        return replace(scope, aliases=aliases)

    def _scaled(self, name: str, groups: tuple[str, ...] | None) -> Value:
        """Return a value on the common scale; as it is, where all units are equal anyway."""
        group = self.terms.groups[name]
        factor = self._factor(group)
        tree, ifs = factor.first, list[exp.If]()
        if groups is not None:
            same = same_units([self.joins.units()[one] for one in groups])
            ifs.append(exp.If(this=same, true=exp.Literal.number(1)))
        base = OWN if groups is None else groups[0]
        if group != base:
            alike = exp.EQ(this=column(FAMILY + group), expression=column(FAMILY + base))
            ifs.append(exp.If(this=alike, true=tree))
            tree = exp.Case(ifs=ifs)
        elif ifs:
            tree = exp.Case(ifs=ifs, default=tree)
        return _times(self.names[name], replace(factor, first=tree), self.scope)

    def _compared_value(self) -> Value:
        value = self.names.get(VALUE)
        if value is None or not value.numeric:
            return absent("number") if value is None else value
        rows = [row for pair in self.terms.pairs for row in pair.limits.values()]
        if all(row.shown == 1 for row in rows):
            return value
        digits = self.terms.shown_digits
        by = Value("number", column(SHOWN_BY), digits=(sum(digits), digits[1]))
        told = decimal(_times(value, by, self.scope).first, MEASURE, safe=True)
        one = exp.Literal.number(1)
        other = exp.If(this=exp.NEQ(this=column(SHOWN_BY), expression=one), true=told)
        tree = exp.Case(ifs=[other], default=decimal(value.first.copy(), MEASURE, safe=True))
        return Value("number", tree, digits=MEASURE)

    def _limit_unit(self) -> exp.Expr:
        own = self.names.get(UNIT)
        unit = exp.cast(exp.Null(), "VARCHAR") if own is None else own.first.copy()
        if any(pair.limits for pair in self.terms.pairs):
            return exp.Coalesce(this=column(COMPARED), expressions=[unit])
        return unit

    # lines ----------------------------------------------------------------------------------

    def _keep_where(self, scope: Scope) -> None:
        """Drop the rows that a term does not look at; where that is unknown they stay."""
        ifs = []
        for number, (lines, position) in enumerate(self.terms.patterns, start=1):
            if lines.where is not None:
                with placed_term(position):
                    tree = exp.Paren(this=truth_of(lines.where, scope, (WHERE,)))
                kept = exp.Coalesce(this=tree, expressions=[exp.true()])
                ifs.append(exp.If(this=exp.Literal.number(number), true=kept))
        if ifs:
            self.steps.keep(exp.Case(this=column(PATTERN), ifs=ifs, default=exp.true()))

    def _answers(self, scope: Scope, outcomes: Outcomes) -> exp.Expr:
        first = [line for name in _MISSING for line in self._without(name, outcomes)]
        ifs = []
        for number, (lines, position) in enumerate(self.terms.patterns, start=1):
            tree = self._of_lines(lines, position, scope, outcomes)
            ifs.append(exp.If(this=exp.Literal.number(number), true=tree))
        found: exp.Expr = exp.Case(this=column(PATTERN), ifs=ifs)
        return exp.cast(exp.Case(ifs=first, default=found) if first else found, "INTEGER")

    def _of_lines(self, lines: Lines, position: int, scope: Scope, outcomes: Outcomes) -> exp.Expr:
        with placed_term(position):
            return lines_tree(lines, scope, outcomes)

    def _without(self, name: str, outcomes: Outcomes) -> Iterator[exp.If]:
        """Stop at a missing specimen or category that the term names."""
        if not self.joins.lists(name) or _accepted(name, self.scope):
            return
        named = exp.Not(this=exp.Is(this=column(NUMBERS[name]), expression=exp.Null()))
        gone = exp.Is(this=self.names[name].first.copy(), expression=exp.Null())
        cause = ("", (name,), (), (), ())
        number = outcomes.number(Outcome(None, None, cause))
        yield exp.If(this=exp.and_(named, gone), true=number)

    def _reasons(self, outcomes: Outcomes) -> exp.Expr:
        reasons = Reasons(self.names, self.joins.units())
        ifs = [
            exp.If(this=exp.Literal.number(number), true=reasons.tree(cause))
            for cause, number in outcomes.causes().items()
        ]
        if not ifs:
            return exp.cast(exp.Null(), "VARCHAR")
        return exp.Case(this=column(CAUSE), ifs=ifs)


def _accepted(name: str, scope: Scope) -> bool:
    value = scope.parameters.get(_MISSING[name])
    word = "not evaluable" if value is None else str(value.literal)
    if word not in ("not evaluable", "accept"):
        raise FormulaError(
            f'the parameter {_MISSING[name]} is "{word}", expected "not evaluable" or "accept"'
        )
    return word == "accept"


def _times(value: Value, factor: Value, scope: Scope) -> Value:
    """Return an exact product of two values."""
    inner = replace(scope, columns={"value": value, "factor": factor}, aliases={}, frames={})
    product = exp.Mul(this=exp.column("value"), expression=exp.column("factor"))
    return replace(translate_tree(product, inner), unit=value.unit)
