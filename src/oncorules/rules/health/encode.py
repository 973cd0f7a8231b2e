"""Formulas as a solver sees them; what it cannot follow is a value that may be anything.

Followed are comparisons, and, or, not, in, between, is null, case, sums, differences and products
with a constant, days between dates, and the functions that pick one of several values. A call that
is not among them, an aggregate, a column of a look-up or of the row before is one unknown value
for each way it is written. So a row that the solver finds may be one that cannot exist, and what
it excludes can surely not: what it says of a rule "can never be" is a proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import z3
from sqlglot import exp

from oncorules.data.dates import first_and_last_day
from oncorules.rules.health import solved
from oncorules.rules.health.encoder import Encoder
from oncorules.rules.health.exact import EXACT
from oncorules.rules.health.kinds import Known, is_code, known_of
from oncorules.rules.health.solved import Term, Truth
from oncorules.rules.health.space import Space
from oncorules.rules.language.aggregates import is_aggregate
from oncorules.rules.language.formula import FormulaError, offset_of, parsed
from oncorules.rules.loading.model import OTHERWISE, Column, Decide

SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_COUNTS = ("count", "length", "occurrences", "planned_between")
_PICKS = ("coalesce", "least", "greatest", "earliest", "latest")
_STRICT = ("starts_with", "ends_with", "contains", "length", "upper", "lower", "trim", "before",
           "occurrences", "is_unit")  # fmt: skip
"""Functions that are missing exactly where one of their arguments is."""


@dataclass(frozen=True)
class Formulas:
    """Reads the formulas of one place."""

    encoder: Encoder
    space: Space

    def condition(self, text: str) -> Truth:
        """Return the truth of a condition as written; `otherwise` is always true."""
        return solved.ALWAYS if text == OTHERWISE else self.truth(parsed(text))

    def truth(self, node: exp.Expr) -> Truth:
        """Return the truth of a node of a formula.

        Raises:
            FormulaError: it is none, or a name is not known.
        """
        if isinstance(node, exp.Paren):
            return self.truth(node.this)
        if isinstance(node, exp.And | exp.Or):
            join = solved.both if isinstance(node, exp.And) else solved.either
            return join(self.truth(node.this), self.truth(node.args["expression"]))
        if isinstance(node, exp.Not):
            return solved.opposite(self.truth(node.this))
        if type(node) in SIGNS:
            return self._compared(SIGNS[type(node)], node.this, node.args["expression"])
        if isinstance(node, exp.Between):
            low = self._compared(">=", node.this, node.args["low"])
            return solved.both(low, self._compared("<=", node.this, node.args["high"]))
        if isinstance(node, exp.In):
            return solved.either(*(self._compared("=", node.this, one) for one in node.expressions))
        if isinstance(node, exp.Is):
            null = self.term(node.this).null
            return Truth(null, z3.Not(null))
        if isinstance(node, exp.Boolean):
            return solved.ALWAYS if node.this else solved.NEVER
        term = self.term(node)
        if term.kind == "missing":
            return Truth(solved.NO, solved.NO)
        if term.kind != "boolean":
            raise FormulaError(
                f"a condition that is true or false was expected, not a {term.kind}",
                offset_of(node),
            )
        return term.truth

    def _compared(self, sign: str, left: exp.Expr, right: exp.Expr) -> Truth:
        one, other = self._dated(self.term(left), self.term(right))
        try:
            return solved.compare(sign, one, other)
        except FormulaError as error:
            raise FormulaError(str(error), offset_of(left)) from None

    def _dated(self, *terms: Term) -> list[Term]:
        """Return terms with constant texts as dates, where one of them is a date."""
        if all(term.kind != "date" for term in terms):
            return list(terms)
        return [self._day(term) for term in terms]

    def _day(self, term: Term) -> Term:
        if term.kind != "text" or not isinstance(term.literal, str):
            return term
        ends = first_and_last_day(term.literal)
        if ends is None:
            raise FormulaError(f'"{term.literal}" is not a date such as 2024-06-30')
        low, high = (z3.IntVal(day.toordinal()) for day in ends)
        return Term("date", solved.NO, low, high)

    def term(self, node: exp.Expr) -> Term:
        """Return the value of a node of a formula."""
        reader = _READERS.get(type(node))
        if reader is not None:
            return reader(self, node)
        if isinstance(node, exp.Window | exp.Filter):
            return self._opaque(node, node)
        return solved.as_term(self.truth(node))

    def _name(self, node: exp.Expr) -> Term:
        assert isinstance(node, exp.Column)
        name, space = node.name, self.space
        if not node.table:
            if name in space.constants:
                value = space.constants[name]
                return solved.nothing("number") if value is None else solved.number(value)
            if name in space.columns:
                return Formulas(self.encoder, space.without(name)).column(space.columns[name])
            if space.decide is not None and name in space.decide.sets:
                return Formulas(self.encoder, space.without(name)).decided(name, space.decide)
            if name in space.parameters:
                return self.encoder.parameter(space.parameters[name])
        known = space.known(node.table, name)
        if known is None:
            label = f"{node.table}.{name}" if node.table else name
            raise FormulaError(f'"{label}" is no column and no parameter here', offset_of(node))
        return self.encoder.variable(space.print(node), known)

    def column(self, column: Column) -> Term:
        """Return the value of a column that the rule or table makes itself."""
        if column.value is not None:
            found = self.result(column.value)
            return solved.nothing(column.type) if column.type and found.kind == "missing" else found
        if column.first_true is not None:
            lines = [
                (self.condition(line.when), self.result(line.result)) for line in column.first_true
            ]
            return self._chosen(lines, self.result(column.if_unknown or "null"))
        rows = [
            (fits, self.result(str(row[-1])))
            for fits, row in zip(self.rows(column), column.rows or (), strict=True)
        ]
        return self._chosen(rows, solved.nothing())

    def _chosen(self, lines: list[tuple[Truth, Term]], unknown: Term) -> Term:
        results = self._dated(*(result for _, result in lines), unknown)
        pairs = [(truth, one) for (truth, _), one in zip(lines, results, strict=False)]
        *_, unknown = solved.alike(results)
        return solved.read_lines(pairs, solved.nothing(unknown.kind), unknown)

    def decided(self, name: str, decide: Decide) -> Term:
        """Return the value of a column that the lines of `decide` set."""
        lines = [
            (self.condition(line.when), self.result(line.values.get(name, "null")))
            for line in decide.lines
        ]
        return self._chosen(lines, solved.nothing())

    def result(self, text: str) -> Term:
        """Return what a line yields: a code, or the value of a formula."""
        if text == "null":
            return solved.nothing()
        return (
            self.encoder.text(text) if is_code(text, self.space.known) else self.term(parsed(text))
        )

    def rows(self, column: Column) -> list[Truth]:
        """Return when each row of a decision table fits; a missing value fits two cells only."""
        fits = []
        for row in column.rows or ():
            cells = [solved.ALWAYS]
            for name, cell in zip((column.decide_by or ())[:-1], row[:-1], strict=True):
                options = cell if isinstance(cell, tuple) else (cell,)
                if "any" in options:
                    continue
                term = self.term(parsed(name))
                tests = [
                    term.null
                    if option == "missing"
                    else z3.And(z3.Not(term.null), term.low == self.encoder.text(option).low)
                    for option in options
                ]
                cells.append(Truth(z3.Or(*tests), z3.Not(z3.Or(*tests))))
            fits.append(solved.both(*cells))
        return fits

    def _literal(self, node: exp.Expr) -> Term:
        assert isinstance(node, exp.Literal)
        if node.is_string:
            return self.encoder.text(node.name)
        return solved.number(Fraction(Decimal(node.name)))

    def _case(self, node: exp.Expr) -> Term:
        lines = [(self.truth(line.this), self.term(line.args["true"])) for line in node.args["ifs"]]
        default = node.args.get("default")
        last = self.term(default) if default else solved.nothing()
        *results, last = solved.alike(self._dated(*(one for _, one in lines), last))
        pairs = [(truth, one) for (truth, _), one in zip(lines, results, strict=True)]
        return solved.read_lines(pairs, last, solved.nothing(last.kind))

    def _sum(self, node: exp.Expr) -> Term:
        left, right = self._numeric(node.this), self._numeric(node.args["expression"])
        return solved.add(left, right, -1 if isinstance(node, exp.Sub) else 1)

    def _product(self, node: exp.Expr) -> Term:
        left, right = self._numeric(node.this), self._numeric(node.args["expression"])
        if isinstance(right.literal, Fraction):
            return solved.times(left, right)
        if isinstance(left.literal, Fraction):
            return solved.times(right, left)
        self.encoder.blurred = True
        return self._opaque(node, node, Known("number"))

    def _negated(self, node: exp.Expr) -> Term:
        return solved.add(solved.number(Fraction(0)), self._numeric(node.this), -1)

    def _numeric(self, node: exp.Expr) -> Term:
        term = self.term(node)
        if not term.numeric and term.kind != "missing":
            message = f"arithmetic needs a number, and this is a {term.kind}"
            raise FormulaError(message, offset_of(node))
        return solved.nothing("integer") if term.kind == "missing" else term

    def _call(self, node: exp.Expr) -> Term:
        name, arguments = node.name.lower(), node.expressions
        if is_aggregate(name, len(arguments)):
            return self._opaque(node, node)
        if name in _PICKS:
            return solved.pick(name, self._dated(*(self.term(one) for one in arguments)))
        if name in EXACT:
            days = [self._day(self.term(one)) for one in arguments]
            return EXACT[name](*days)
        if name not in ("planned_between", "line_of"):
            self.encoder.blurred = True
        found = self._opaque(node, node)
        if name in _STRICT:
            nulls = z3.Or(*(self.term(one).null for one in arguments))
            self.encoder.facts.append(found.null == nulls)
        return found

    def _opaque(self, node: exp.Expr, whole: exp.Expr, known: Known | None = None) -> Term:
        """Return one value for all that is written alike, of which nothing more is known."""
        known = known or known_of(whole, self.space.known)
        if known is None:
            return solved.nothing()
        term = self.encoder.variable(self.space.print(whole), known)
        call = node
        while isinstance(call, exp.Window | exp.Filter):
            call = call.this
        if isinstance(call, exp.Anonymous) and call.name.lower() in _COUNTS:
            self.encoder.facts.append(term.low >= 0)
            if call.name.lower() == "count":
                self.encoder.facts.append(z3.Not(term.null))
        return term


_READERS: dict[type[exp.Expr], Callable[[Formulas, Any], Term]] = {
    exp.Column: Formulas._name,
    exp.Literal: Formulas._literal,
    exp.Null: lambda self, node: solved.nothing(),
    exp.Paren: lambda self, node: self.term(node.this),
    exp.Case: Formulas._case,
    exp.Add: Formulas._sum,
    exp.Sub: Formulas._sum,
    exp.Mul: Formulas._product,
    exp.Neg: Formulas._negated,
    exp.Anonymous: Formulas._call,
}
