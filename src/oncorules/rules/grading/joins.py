"""The joins of a grading: the rows to the terms of their test, to their units, to the limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from oncorules.rules.compiler.lookup_rows import HERE, from_table
from oncorules.rules.compiler.relation import column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.compiler.value_lists import value_list
from oncorules.rules.grading.formulas import CATEGORY, SCALE, SPECIMEN, TEST, UNIT
from oncorules.rules.grading.lines import Outcomes
from oncorules.rules.grading.terms import (
    CATEGORIES,
    COMPARED,
    FACTOR,
    FAMILY,
    LIMIT_NUMBER,
    LIMIT_TERM,
    PATTERN,
    SHOWN_BY,
    SPECIMENS,
    SPELLING,
    TERM,
    TERM_TEST,
    UNIT_NUMBER,
    UNITS,
    Terms,
    limit_column,
)
from oncorules.rules.language.values import MEASURE, Value

ANSWER, CAUSE = "#answer", "#cause"
NUMBERS = {SPECIMEN: SPECIMENS, CATEGORY: CATEGORIES}
_TERMS, _LIMITS, _ANSWERS = "terms", "limits", "answers"


@dataclass(frozen=True)
class Joins:
    """The rows of one grading while they are joined to its small tables.

    Attributes:
        steps: the query so far; its last step has everything that `names` refer to.
        names: the columns of the rows, and what the grading reads.
        terms: the terms.
    """

    steps: Steps
    names: Mapping[str, Value]
    terms: Terms

    def join_terms(self) -> None:
        """Give each row once for every term of its test, less those of another specimen."""
        listed = self.terms.term_list(_TERMS)
        same = exp.EQ(
            this=from_table(self.names[TEST].first, HERE), expression=column(TERM_TEST, _TERMS)
        )
        labels = (TERM, PATTERN, UNITS, SPECIMENS, CATEGORIES, "TERM", "DIRECTION")
        self.steps.add(
            exp.select(_everything(), *(column(label, _TERMS) for label in labels))
            .from_(exp.alias_(self.steps.last, HERE, table=True, quoted=True))
            .join(listed, on=same)
        )
        kept = [tree for name in NUMBERS for tree in self._fitting(name)]
        if kept:
            self.steps.keep(exp.and_(*kept))

    def _fitting(self, name: str) -> Iterator[exp.Expr]:
        lists = self.lists(name)
        if not lists:
            return
        word = exp.Upper(this=self.names[name].first.copy())
        ifs = []
        for words, number in lists.items():
            options = [exp.Literal.string(one) for one in words]
            found = exp.Paren(this=exp.In(this=word.copy(), expressions=options))
            either = exp.Coalesce(this=found, expressions=[exp.true()])
            ifs.append(exp.If(this=exp.Literal.number(number), true=either))
        yield exp.Case(this=column(NUMBERS[name]), ifs=ifs, default=exp.true())

    def units(self) -> dict[str, Value]:
        """Return the unit of every group that needs one, as it stands in the data."""
        return {
            group: self.names[f"{group}_{UNIT}" if group else UNIT]
            for group in self.terms.unit_groups
        }

    def join_units(self) -> None:
        """Join the factor of every unit that a line needs, and the limits in it."""
        groups = self.terms.unit_groups
        if not groups:
            return
        query = exp.select(_everything()).from_(
            exp.alias_(self.steps.last, HERE, table=True, quoted=True)
        )
        for number, (group, unit) in enumerate(self.units().items()):
            alias = f"units{number}"
            written = exp.Trim(this=from_table(unit.first, HERE))
            spelling = exp.Coalesce(this=written, expressions=[exp.Literal.string("")])
            on = exp.and_(
                exp.EQ(this=column(UNITS, HERE), expression=column(UNITS, alias)),
                exp.EQ(this=spelling, expression=column(SPELLING, alias)),
            )
            query = query.select(
                *(
                    exp.alias_(column(label, alias), label + group, quoted=True)
                    for label in (UNIT_NUMBER, FACTOR, FAMILY)
                ),
                copy=False,
            ).join(self.terms.unit_list(alias), on=on, join_type="left", copy=False)
        self.steps.add(query)
        if any(pair.limits for pair in self.terms.pairs):
            self._join_limits()

    def _join_limits(self) -> None:
        names = [limit_column(name) for name in self.terms.limits if name != SCALE]
        on = exp.and_(
            exp.EQ(this=column(TERM, HERE), expression=column(LIMIT_TERM, _LIMITS)),
            exp.EQ(this=column(UNIT_NUMBER, HERE), expression=column(LIMIT_NUMBER, _LIMITS)),
        )
        labels = (COMPARED, SHOWN_BY, SCALE, *names)
        self.steps.add(
            exp.select(_everything(), *(column(label, _LIMITS) for label in labels))
            .from_(exp.alias_(self.steps.last, HERE, table=True, quoted=True))
            .join(self.terms.limit_list(_LIMITS, self.limit_digits()), on=on, join_type="left")
        )

    def join_outcomes(self, outcomes: Outcomes) -> None:
        """Join what the number of the answer means: grade, line, cause."""
        causes = outcomes.causes()
        columns = {
            "#number": "INTEGER",
            "GRADE": "BIGINT",
            "GRADELINE": "VARCHAR",
            CAUSE: "INTEGER",
        }
        rows = [
            (number, one.grade, one.line, None if one.cause is None else causes[one.cause])
            for one, number in outcomes.known.items()
        ]
        on = exp.EQ(this=column(ANSWER, HERE), expression=column("#number", _ANSWERS))
        self.steps.add(
            exp.select(_everything(), *(column(name, _ANSWERS) for name in list(columns)[1:]))
            .from_(exp.alias_(self.steps.last, HERE, table=True, quoted=True))
            .join(value_list(_ANSWERS, columns, rows), on=on)
        )

    def lists(self, name: str) -> Mapping[tuple[str, ...], int]:
        """Return the lists of specimens or categories that terms name, with their numbers."""
        return self.terms.specimens if name == SPECIMEN else self.terms.categories

    def limit_digits(self) -> tuple[int, int]:
        """Return the digits of a scaled measurement where they hold every limit: no cast then."""
        (whole, scale), (more, places) = self.terms.limit_digits, self.terms.factor_digits
        whole = max(whole, MEASURE[0] - MEASURE[1] + more)
        scale = max(scale, MEASURE[1] + places)
        return whole + scale, scale


def _everything() -> exp.Column:
    return exp.Column(this=exp.Star(), table=exp.to_identifier(HERE, quoted=True))
