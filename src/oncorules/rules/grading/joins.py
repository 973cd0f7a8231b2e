"""The joins of a grading: the rows to the terms of their test, to their units, to the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from oncorules.rules.compiler.lookup_rows import HERE, from_table
from oncorules.rules.compiler.relation import column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.compiler.value_lists import ValueList
from oncorules.rules.grading.formulas import SCALE, TEST, UNIT
from oncorules.rules.grading.lines import Outcomes
from oncorules.rules.grading.sides import SIDES, Side
from oncorules.rules.grading.terms import (
    CANONICAL,
    FACTOR,
    FAMILY,
    LIMIT_NUMBER,
    LIMIT_TERM,
    SPELLING,
    TESTS,
    UNIT_NUMBER,
    UNITS,
    VARIANT,
    Terms,
)
from oncorules.rules.language.values import MEASURE, Value

_TESTS, _LIMITS, _ANSWERS = "tests", "limits", "answers"


@dataclass(frozen=True)
class Joins:
    """The rows of one grading while they are joined to its small tables.

    Attributes:
        steps: the query so far; its last step has everything that `names` refer to.
        names: the columns of the rows, and what the grading reads.
        terms: the terms.
        groups: the groups of measured values whose unit is needed.
        variants: the rows say which of several gradings is tried on them.
    """

    steps: Steps
    names: Mapping[str, Value]
    terms: Terms
    groups: tuple[str, ...]
    variants: bool = False

    def join_tests(self) -> None:
        """Give each row the numbers of the terms of its test, of its units and of its words."""
        same: exp.Expr = exp.EQ(
            this=from_table(self.names[TEST].first, HERE), expression=column(TESTS, _TESTS)
        )
        if self.variants:
            alike = exp.EQ(this=column(VARIANT, HERE), expression=column(VARIANT, _TESTS))
            same = exp.and_(same, alike)
        labels = [UNITS, CANONICAL]
        for side in map(Side, SIDES):
            labels += [side.number, side.pattern, side.name_column]
            labels += [side.words(read) for read in self.terms.words]
        added = [column(label, _TESTS) for label in labels]
        self._join(self.terms.test_list(), _TESTS, added, same)

    def fitting(self, side: Side) -> Iterator[exp.Expr]:
        """Go through the conditions under which a term looks at a row of its test.

        A specimen or category that is not known lets the row in; the lines do not.
        """
        for read, lists in self.terms.words.items():
            if not lists:
                continue
            word = exp.Upper(this=self.names[read].first.copy())
            ifs = []
            for words, number in lists.items():
                options = [exp.Literal.string(one) for one in words]
                found = exp.Paren(this=exp.In(this=word.copy(), expressions=options))
                either = exp.Coalesce(this=found, expressions=[exp.true()])
                ifs.append(exp.If(this=exp.Literal.number(number), true=either))
            yield exp.Case(this=column(side.words(read)), ifs=ifs, default=exp.true())

    def units(self) -> dict[str, Value]:
        """Return the unit of every group that needs one, as it stands in the data."""
        return {group: self.names[f"{group}_{UNIT}" if group else UNIT] for group in self.groups}

    def join_units(self) -> None:
        """Join the factor of every unit that a line needs."""
        for number, (group, unit) in enumerate(self.units().items()):
            alias = f"units{number}"
            written = exp.Trim(this=from_table(unit.first, HERE))
            spelling = exp.Coalesce(this=written, expressions=[exp.Literal.string("")])
            on = exp.and_(
                exp.EQ(this=column(UNITS, HERE), expression=column(UNITS, alias)),
                exp.EQ(this=spelling, expression=column(SPELLING, alias)),
            )
            added: list[exp.Expr] = [
                exp.alias_(column(label, alias), label + group, quoted=True)
                for label in (UNIT_NUMBER, FACTOR, FAMILY)
            ]
            self._join(self.terms.unit_list(), alias, added, on)

    def join_limits(self, side: Side) -> bool:
        """Join the limits of the term of a side in the unit of the row, if it prints any."""
        listed = self.terms.limit_list(side, self.limit_digits())
        if listed is None:
            return False
        on = exp.and_(
            exp.EQ(this=column(side.number, HERE), expression=column(LIMIT_TERM, _LIMITS)),
            exp.EQ(this=column(UNIT_NUMBER, HERE), expression=column(LIMIT_NUMBER, _LIMITS)),
        )
        labels = [side.compared, side.shown_by, side.limit(SCALE)]
        labels += [side.limit(name) for name in self.terms.limits if name != SCALE]
        self._join(listed, _LIMITS, [column(label, _LIMITS) for label in labels], on)
        return True

    def join_outcomes(self, side: Side, outcomes: Outcomes) -> None:
        """Join what the number of the answer means: grade, line, cause."""
        causes = outcomes.causes()
        columns = {
            "#answer number": "INTEGER",
            side.grade: "BIGINT",
            side.least: "BIGINT",
            side.most: "BIGINT",
            side.line: "VARCHAR",
            side.cause: "INTEGER",
        }
        rows = [
            (
                number,
                one.grade,
                one.least,
                one.most,
                one.line,
                None if one.cause is None else causes[one.cause],
            )
            for one, number in outcomes.known.items()
        ]
        on = exp.EQ(this=column(side.answer, HERE), expression=column("#answer number", _ANSWERS))
        labels = list(columns)[1:]
        added = [column(label, _ANSWERS) for label in labels]
        self._join(ValueList(columns, rows), _ANSWERS, added, on)

    def limit_digits(self) -> tuple[int, int]:
        """Return the digits of a scaled measurement where they hold every limit: no cast then."""
        (whole, scale), (more, places) = self.terms.limit_digits, self.terms.factor_digits
        whole = max(whole, MEASURE[0] - MEASURE[1] + more)
        scale = max(scale, MEASURE[1] + places)
        return whole + scale, scale

    def _join(
        self, constants: ValueList, alias: str, added: Sequence[exp.Expr], on: exp.Expr
    ) -> None:
        everything = exp.Column(this=exp.Star(), table=exp.to_identifier(HERE, quoted=True))
        here = exp.alias_(self.steps.last, HERE, table=True, quoted=True)
        listed = exp.alias_(self.steps.list(constants), alias, table=True, quoted=True)
        query = exp.select(everything, *added, copy=False).from_(here, copy=False)
        self.steps.add(query.join(listed, on=on, join_type="left", copy=False))
