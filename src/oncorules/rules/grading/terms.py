"""The terms of a grading as numbered pairs of term and test, and the small tables about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.compiler.needs import PlacedError, placed
from oncorules.rules.compiler.value_lists import Constant, decimal_type, digits_of, value_list
from oncorules.rules.grading.formulas import SCALE, Names, Reading
from oncorules.rules.grading.limits import (
    CHOICES,
    LIMIT_UNIT,
    LimitRow,
    check_units,
    limit_rows,
    printed_limits,
    units_of,
)
from oncorules.rules.grading.lines import Lines, read_lines
from oncorules.rules.grading.units import UnitSet
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.loading.model import Grading, Term

Digits = tuple[int, int]
TERM, PATTERN, UNITS, TERM_TEST = "#term", "#pattern", "#units", "#test"
SPECIMENS, CATEGORIES = "#specimens", "#categories"
SPELLING, UNIT_NUMBER, FACTOR, FAMILY = "#spelling", "#unit", "#factor", "#family"
LIMIT_TERM, LIMIT_NUMBER, COMPARED, SHOWN_BY = "#limit term", "#limit unit", "#compared", "#shown"


@dataclass(frozen=True)
class Pair:
    """One term with one of its tests.

    Attributes:
        number: from 1.
        pattern: the number of its lines; terms that are read alike share one.
        units: the number of its spellings of units; None when no line needs a unit.
        limits: what values are compared with, by unit.
    """

    number: int
    term: Term
    test: str
    pattern: int
    units: int | None
    limits: Mapping[str, LimitRow]


@dataclass
class Terms:
    """All terms of a grading, numbered; every number begins with 1.

    Attributes:
        groups: the measured values, with the group whose unit each is in.
        pairs: each term with each of its tests.
        patterns: the lines of the terms, equal ones once, with the place of their first term.
        sets: what spellings mean.
        units: the names of the units.
        specimens: the lists of specimens that terms name.
        categories: the lists of categories.
    """

    groups: Mapping[str, str]
    pairs: list[Pair] = field(default_factory=list)
    patterns: list[tuple[Lines, int]] = field(default_factory=list)
    sets: dict[UnitSet, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    specimens: dict[tuple[str, ...], int] = field(default_factory=dict)
    categories: dict[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def readings(self) -> list[Reading]:
        """All formulas."""
        return [one for lines, _ in self.patterns for one in lines.readings()]

    @property
    def scaled(self) -> tuple[str, ...]:
        """The groups that some line compares on the common scale."""
        return tuple(dict.fromkeys(group for one in self.readings for group in one.scaled))

    @property
    def mixed(self) -> tuple[tuple[str, ...], ...]:
        """The sets of groups that some line compares with each other."""
        return tuple(dict.fromkeys(groups for one in self.readings for groups in one.mixed))

    @property
    def unit_groups(self) -> tuple[str, ...]:
        """The groups whose unit some line needs."""
        return tuple(dict.fromkeys((*self.scaled, *(one for some in self.mixed for one in some))))

    @property
    def limits(self) -> tuple[str, ...]:
        """The limits that some line reads."""
        return tuple(dict.fromkeys(name for one in self.readings for name in one.limits))

    @property
    def factor_digits(self) -> Digits:
        """The digits of the factors, before the point and after it."""
        return digits_of([one.factor for known in self.sets for _, one in known])

    @property
    def limit_digits(self) -> Digits:
        """The digits of the limits on the common scale, before the point and after it."""
        rows = [row for pair in self.pairs for row in pair.limits.values()]
        cells = [cell for row in rows for cell in row.limits.values() if cell is not None]
        return digits_of([*cells, *(row.scale for row in rows)])

    @property
    def shown_digits(self) -> Digits:
        """The digits of the factors that are for show, before the point and after it."""
        return digits_of([row.shown for pair in self.pairs for row in pair.limits.values()])

    def term_list(self, alias: str) -> exp.Subquery:
        """Return the pairs as a table: the test, the numbers, the words of the term."""
        columns = {
            TERM_TEST: "VARCHAR",
            TERM: "INTEGER",
            PATTERN: "INTEGER",
            UNITS: "INTEGER",
            SPECIMENS: "INTEGER",
            CATEGORIES: "INTEGER",
            "TERM": "VARCHAR",
            "DIRECTION": "VARCHAR",
        }
        rows: list[tuple[Constant, ...]] = [
            (
                pair.test,
                pair.number,
                pair.pattern,
                pair.units,
                self.specimens.get(folded(pair.term.specimen)),
                self.categories.get(folded(pair.term.category)),
                pair.term.term,
                pair.term.direction,
            )
            for pair in self.pairs
        ]
        return value_list(alias, columns, rows)

    def unit_list(self, alias: str) -> exp.Subquery:
        """Return what each spelling means as a table."""
        whole, scale = self.factor_digits
        columns = {
            UNITS: "INTEGER",
            SPELLING: "VARCHAR",
            UNIT_NUMBER: "INTEGER",
            FACTOR: decimal_type((whole + scale, scale)),
            FAMILY: "INTEGER",
        }
        rows = [
            (number, spelling, self.units[one.unit], one.factor, one.family)
            for known, number in self.sets.items()
            for spelling, one in known
        ]
        return value_list(alias, columns, rows)

    def limit_list(self, alias: str, digits: Digits) -> exp.Subquery:
        """Return the limits of each pair in each unit as a table."""
        shown = self.shown_digits
        names = [name for name in self.limits if name != SCALE]
        columns = {
            LIMIT_TERM: "INTEGER",
            LIMIT_NUMBER: "INTEGER",
            COMPARED: "VARCHAR",
            SHOWN_BY: decimal_type((sum(shown), shown[1])),
            SCALE: decimal_type(digits),
            **{limit_column(name): decimal_type(digits) for name in names},
        }
        rows = [
            (
                pair.number,
                self.units[unit],
                row.unit,
                row.shown,
                row.scale,
                *(row.limits.get(name) for name in names),
            )
            for pair in self.pairs
            for unit, row in pair.limits.items()
        ]
        return value_list(alias, columns, rows)


def limit_column(name: str) -> str:
    """Return the physical name of a limit."""
    return SCALE if name == SCALE else f"#limit.{name}"


def folded(texts: Collection[str]) -> tuple[str, ...]:
    """Return the words of a list in capitals; case does not count in specimens and categories."""
    return tuple(text.upper() for text in texts)


def collect_terms(
    grading: Grading, names: Collection[str], groups: Mapping[str, str], scope: Scope
) -> Terms:
    """Return the terms of a grading with their formulas read.

    Args:
        grading: the grading as written.
        names: the names of all columns and of everything that is read.
        groups: the measured values, with the group whose unit each is in.
        scope: the parameters.

    Raises:
        FormulaError: a term does not fit; `path` tells which one, and where in it.
    """
    found = Terms(groups)
    prints: dict[str, int] = {}
    choice = _choice(scope)
    constants = {name for name in scope.parameters if name not in names}
    for position, term in enumerate(grading.terms):
        with placed_term(position):
            _check(term, names)
            printed = printed_limits(term)
            limits = tuple(dict.fromkeys(name for _, row in printed for name in row))
            lines = read_lines(term, Names(groups, limits, constants, names, len(printed)))
        pattern = prints.setdefault(lines.print, len(prints) + 1)
        if pattern > len(found.patterns):
            found.patterns.append((lines, position))
        _number(found.specimens, folded(term.specimen))
        _number(found.categories, folded(term.category))
        scaled = any(one.scaled for one in lines.readings())
        for test in term.test:
            units, rows = None, dict[str, LimitRow]()
            if scaled or any(one.mixed for one in lines.readings()):
                known = units_of(term, test)
                units = found.sets.setdefault(known, len(found.sets) + 1)
                rows = limit_rows(term, test, choice) if scaled else rows
                for _, one in known:
                    found.units.setdefault(one.unit, len(found.units) + 1)
            pair = Pair(len(found.pairs) + 1, term, test, pattern, units, rows)
            found.pairs.append(pair)
    return found


class placed_term:
    """Put the place of a term before the path of a fault that is raised inside."""

    def __init__(self, position: int) -> None:
        self.position = position

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FormulaError):
            path = error.path if isinstance(error, PlacedError) else ()
            bare = FormulaError(str(error), error.offset)
            raise PlacedError(("terms", self.position, *path), bare) from None


def _number(known: dict[tuple[str, ...], int], words: tuple[str, ...]) -> None:
    if words:
        known.setdefault(words, len(known) + 1)


def _choice(scope: Scope) -> str:
    value = scope.parameters.get(LIMIT_UNIT)
    choice = "reported" if value is None else str(value.literal)
    if choice not in CHOICES:
        near = did_you_mean(choice, CHOICES)
        raise FormulaError(
            f'the parameter {LIMIT_UNIT} is "{choice}", expected {", ".join(CHOICES)}{near}'
        )
    return choice


def _check(term: Term, names: Collection[str]) -> None:
    check_units(term)
    for number, name in enumerate(term.limits.columns if term.limits else ()):
        if name in names:
            with placed(("limits", "columns", number)):
                raise FormulaError(f'"{name}" is a column as well: give the limit another name')
    for section, words in (("specimen", term.specimen), ("category", term.category)):
        if words and section.upper() not in names:
            with placed((section,)):
                raise FormulaError(
                    f"the term names a {section}, and nothing is read for it: say which column "
                    f"holds it, such as `{section.upper()}: {_USUAL[section]}` under `reads`"
                )


_USUAL = {"specimen": "LBSPEC", "category": "LBCAT"}
