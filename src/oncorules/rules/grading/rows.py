"""The rows of a table joined to the terms of a grading, and the grade of each on either side.

```text
rows  x  tests        on the test          -> on each side: the term, the number of its lines
      x  spellings    on units, spelling   -> the unit and its factor into the common one
      x  limits       on term, unit        -> the limits on the common scale
      CASE on the number of the lines      -> number of the answer
      x  answers      on that number       -> grade, line, cause
```

A row stays one row: what is joined has each key once. So rows keep their order and nothing is
gathered in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from oncorules.rules.compiler.relation import absent, column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.grading.formulas import LIMIT, OWN, SCALED, UNIT, VALUE, mixed_alias
from oncorules.rules.grading.joins import Joins
from oncorules.rules.grading.lines import WHERE, Outcome, Outcomes, lines_tree, truth_of
from oncorules.rules.grading.reasons import Reasons, same_units
from oncorules.rules.grading.sides import CATEGORY, SIDES, SPECIMEN, Side
from oncorules.rules.grading.terms import (
    CANONICAL,
    FACTOR,
    FAMILY,
    VARIANT,
    Terms,
    placed_term,
)
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate_tree
from oncorules.rules.language.values import COUNT, MEASURE, Value, decimal, integer, text

CONVERTED_UNIT = "CONVERTED_UNIT"
GRADED = tuple(name for side in SIDES for name in Side(side).columns)
"""The columns that a grading adds to its table, beside those that `converted` names."""

_MISSING = {SPECIMEN: "missing_specimen", CATEGORY: "missing_category"}
Answered = dict[Side, dict[str, dict[str, Value]]]


@dataclass(frozen=True)
class GradeRows:
    """One grading while it is compiled.

    Attributes:
        steps: the query so far; its last step has everything that `names` refer to.
        names: the columns of the rows, and what the grading reads.
        terms: the terms.
        scope: parameters, code lists.
        converted: columns to be made, each a measured value in the canonical unit of its test.
    """

    steps: Steps
    names: Mapping[str, Value]
    terms: Terms
    scope: Scope
    converted: Mapping[str, str]

    def graded(self) -> dict[str, Value]:
        """Add the steps that grade every row, and return the columns that come of it."""
        joins = self._joins()
        joins.join_tests()
        joins.join_units()
        sides = [Side(name) for name in SIDES]
        printed = {side: joins.join_limits(side) for side in sides}
        scopes = self._scopes(joins)
        looks = {f"{side.pattern} used": self._looking(side, joins, scopes[side]) for side in sides}
        used = self.steps.extend(looks)
        outcomes = Outcomes()
        answers = {
            side.answer: integer(
                self._answers(side, used[f"{side.pattern} used"].first, scopes[side], outcomes)
            )
            for side in sides
            if self.terms.of(side)
        }
        self.steps.extend(answers)
        found: dict[str, Value] = {}
        for side in sides:
            if self.terms.of(side):
                joins.join_outcomes(side, outcomes)
                pattern = used[f"{side.pattern} used"].first
                found |= self._of_side(side, pattern, outcomes, joins, printed[side])
            else:
                found |= _nothing(side)
        return {**found, **self._converted(joins)}

    def _joins(self) -> Joins:
        groups = [*self.terms.unit_groups, *(self.terms.groups[n] for n in self.converted.values())]
        needed = tuple(dict.fromkeys(groups))
        return Joins(self.steps, self.names, self.terms, needed, VARIANT in self.names)

    # values ---------------------------------------------------------------------------------

    def _factor(self, group: str) -> Value:
        whole, scale = self.terms.factor_digits
        return Value("number", column(FACTOR + group), digits=(whole + scale, scale))

    def _scopes(self, joins: Joins) -> dict[Side, Scope]:
        """Return the names of the lines of each side; scaled values are stored in a step."""
        used: dict[str, dict[str, Value]] = {}
        for reading in self.terms.readings:
            for node in reading.tree.find_all(exp.Column):
                if node.table == SCALED:
                    used.setdefault(SCALED, {})[node.name] = self._scaled(node.name, None, joins)
                for groups in reading.mixed:
                    if node.table == mixed_alias(groups):
                        values = used.setdefault(node.table, {})
                        values[node.name] = self._scaled(node.name, groups, joins)
        stored = self.steps.extend(
            {f"{alias}.{name}": v for alias, values in used.items() for name, v in values.items()}
        )
        aliases: dict[str, dict[str, Value]] = {
            alias: {name: stored[f"{alias}.{name}"] for name in values}
            for alias, values in used.items()
        }
        digits = joins.limit_digits() if self.terms.limits else COUNT
        base = replace(self.scope, columns=self.names, frames={}, group=None)
        scopes = {}
        for side in map(Side, SIDES):
            limits = {
                name: Value("number", column(side.limit(name)), digits=digits)
                for name in self.terms.limits
            }
            scopes[side] = replace(base, aliases={**aliases, LIMIT: limits})
        return scopes

    def _scaled(self, name: str, groups: tuple[str, ...] | None, joins: Joins) -> Value:
        """Return a value on the common scale; as it is, where all units are equal anyway."""
        group = self.terms.groups[name]
        factor = self._factor(group)
        tree, ifs = factor.first, list[exp.If]()
        if groups is not None:
            same = same_units([joins.units()[one] for one in groups])
            ifs.append(exp.If(this=same, true=exp.Literal.number(1)))
        base = OWN if groups is None else groups[0]
        if group != base:
            alike = exp.EQ(this=column(FAMILY + group), expression=column(FAMILY + base))
            ifs.append(exp.If(this=alike, true=tree))
            tree = exp.Case(ifs=ifs)
        elif ifs:
            tree = exp.Case(ifs=ifs, default=tree)
        return _times(self.names[name], replace(factor, first=tree), self.scope)

    def _converted(self, joins: Joins) -> dict[str, Value]:
        """Return measured values in the canonical unit of their test, and that unit.

        A value whose unit is not known stays as it is, and so does its unit; one of another
        result is then missing, unless it has the same unit.
        """
        if not self.converted:
            return {}
        units = joins.units()
        own = exp.EQ(this=column(FAMILY), expression=exp.Literal.number(0))
        found: dict[str, Value] = {}
        for label, name in self.converted.items():
            group, value = self.terms.groups[name], self.names[name]
            known = exp.EQ(this=column(FAMILY + group), expression=exp.Literal.number(0))
            both = known if group == OWN else exp.and_(known, own.copy())
            told = decimal(_times(value, self._factor(group), self.scope).first, MEASURE, safe=True)
            as_it_is = decimal(value.first.copy(), MEASURE, safe=True)
            one = exp.EQ(this=column(FACTOR + group), expression=exp.Literal.number(1))
            ifs = [
                exp.If(this=exp.and_(both.copy(), one), true=as_it_is),
                exp.If(this=both, true=told),
            ]
            rest: exp.Expr | None = as_it_is.copy()
            if group != OWN:
                unknown = exp.Is(this=column(FAMILY), expression=exp.Null())
                alike = exp.and_(unknown, same_units([units[OWN], units[group]]))
                ifs.append(exp.If(this=alike, true=as_it_is.copy()))
                rest = None
            found[label] = Value("number", exp.Case(ifs=ifs, default=rest), digits=MEASURE)
        unit = exp.Case(
            ifs=[exp.If(this=own, true=column(CANONICAL))], default=units[OWN].first.copy()
        )
        return {**found, CONVERTED_UNIT: text(unit)}

    # a side ---------------------------------------------------------------------------------

    def _of_side(
        self, side: Side, pattern: exp.Expr, outcomes: Outcomes, joins: Joins, printed: bool
    ) -> dict[str, Value]:
        names = frozenset(pair.term.term for pair in self.terms.of(side))
        there = exp.Not(this=exp.Is(this=pattern.copy(), expression=exp.Null()))

        def where_it_looks(tree: exp.Expr) -> exp.Expr:
            return exp.Case(ifs=[exp.If(this=there.copy(), true=tree)])

        grades = (side.grade, side.least, side.most)
        return {
            side.term: text(where_it_looks(column(side.name_column)), names),
            **{name: Value("integer", column(name), digits=COUNT) for name in grades},
            side.line: text(column(side.line)),
            side.reason: text(self._reasons(side, outcomes, joins)),
            side.unit: text(where_it_looks(self._limit_unit(side, printed))),
            side.value: self._compared_value(side, printed, there),
        }

    def _looking(self, side: Side, joins: Joins, scope: Scope) -> Value:
        """Return the number of the lines of the term that looks at the row, if one does."""
        conditions = list(joins.fitting(side)) if self.terms.of(side) else []
        ifs = []
        for number, lines, position in self.terms.patterns_of(side):
            if lines.where is not None:
                with placed_term(position):
                    tree = exp.Paren(this=truth_of(lines.where, scope, (WHERE,)))
                kept = exp.Coalesce(this=tree, expressions=[exp.true()])
                ifs.append(exp.If(this=exp.Literal.number(number), true=kept))
        if ifs:
            conditions.append(exp.Case(this=column(side.pattern), ifs=ifs, default=exp.true()))
        if not conditions:
            return integer(column(side.pattern))
        fits = exp.If(this=exp.and_(*conditions), true=column(side.pattern))
        return integer(exp.Case(ifs=[fits]))

    def _answers(self, side: Side, pattern: exp.Expr, scope: Scope, outcomes: Outcomes) -> exp.Expr:
        first = [line for name in _MISSING for line in self._without(side, name, outcomes)]
        ifs = []
        for number, lines, position in self.terms.patterns_of(side):
            with placed_term(position):
                tree = lines_tree(lines, scope, outcomes)
            ifs.append(exp.If(this=exp.Literal.number(number), true=tree))
        found: exp.Expr = exp.Case(this=pattern.copy(), ifs=ifs)
        if first:
            nobody = exp.Is(this=pattern.copy(), expression=exp.Null())
            found = exp.Case(ifs=[exp.If(this=nobody, true=exp.Null()), *first], default=found)
        return exp.cast(found, "INTEGER")

    def _without(self, side: Side, name: str, outcomes: Outcomes) -> Iterator[exp.If]:
        """Stop at a missing specimen or category that the term names."""
        if not self.terms.words[name] or _accepted(name, self.scope):
            return
        named = exp.Not(this=exp.Is(this=column(side.words(name)), expression=exp.Null()))
        gone = exp.Is(this=self.names[name].first.copy(), expression=exp.Null())
        number = outcomes.number(Outcome(None, None, None, None, ("", (name,), (), (), ())))
        yield exp.If(this=exp.and_(named, gone), true=number)

    def _reasons(self, side: Side, outcomes: Outcomes, joins: Joins) -> exp.Expr:
        reasons = Reasons(self.names, joins.units(), side)
        ifs = [
            exp.If(this=exp.Literal.number(number), true=reasons.tree(cause))
            for cause, number in outcomes.causes().items()
        ]
        if not ifs:
            return exp.cast(exp.Null(), "VARCHAR")
        return exp.Case(this=column(side.cause), ifs=ifs)

    def _compared_value(self, side: Side, printed: bool, there: exp.Expr) -> Value:
        value = self.names.get(VALUE)
        if value is None or not value.numeric:
            return absent("number")
        tree = decimal(value.first.copy(), MEASURE, safe=True)
        if printed:
            digits = self.terms.shown_digits
            by = Value("number", column(side.shown_by), digits=(sum(digits), digits[1]))
            told = decimal(_times(value, by, self.scope).first, MEASURE, safe=True)
            one = exp.Literal.number(1)
            other = exp.If(this=exp.NEQ(this=column(side.shown_by), expression=one), true=told)
            tree = exp.Case(ifs=[other], default=tree)
        tree = exp.Case(ifs=[exp.If(this=there.copy(), true=tree)])
        return Value("number", tree, digits=MEASURE)

    def _limit_unit(self, side: Side, printed: bool) -> exp.Expr:
        own = self.names.get(UNIT)
        unit = exp.cast(exp.Null(), "VARCHAR") if own is None else own.first.copy()
        if printed:
            return exp.Coalesce(this=column(side.compared), expressions=[unit])
        return unit


def _nothing(side: Side) -> dict[str, Value]:
    """Return the columns of a side on which no test has a term."""
    numbers = (side.grade, side.least, side.most)
    found = {name: absent("text") for name in side.columns}
    found |= {name: absent("integer") for name in numbers}
    return {**found, side.value: absent("number")}


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
