"""The terms of a grading as numbered pairs of term and test, and the small tables about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from oncorules.data.units import known_analytes
from oncorules.errors import did_you_mean
from oncorules.rules.compiler.needs import PlacedError, placed
from oncorules.rules.compiler.value_lists import Constant, ValueList, decimal_type, digits_of
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
from oncorules.rules.grading.sides import CATEGORY, SIDES, SPECIMEN, Side
from oncorules.rules.grading.units import UnitSet, common_unit
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.loading.model import Grading, Term

Digits = tuple[int, int]
Key = tuple[int, str]
VARIANT, UNITS, CANONICAL, TESTS = "#variant", "#units", "#canonical", "#test"
SPELLING, UNIT_NUMBER, FACTOR, FAMILY = "#spelling", "#unit", "#factor", "#family"
LIMIT_TERM, LIMIT_NUMBER = "#limit term", "#limit unit"


@dataclass(frozen=True)
class Pair:
    """One term with one of its tests.

    Attributes:
        number: from 1.
        variant: which of several gradings that are tried together it belongs to; 0 for one.
        pattern: the number of its lines; terms that are read alike share one.
        limits: what values are compared with, by unit.
    """

    number: int
    variant: int
    term: Term
    test: str
    pattern: int
    limits: Mapping[str, LimitRow]

    @property
    def side(self) -> str:
        """Low or high."""
        return self.term.direction


@dataclass
class Terms:
    """All terms of a grading, numbered; every number begins with 1.

    Attributes:
        groups: the measured values, with the group whose unit each is in.
        pairs: each term with each of its tests.
        patterns: the lines of the terms, equal ones once, with the place of their first term.
        tests: for each test of each variant, the number of its spellings of units.
        sets: what spellings mean.
        units: the names of the units.
        words: for SPECIMEN and CATEGORY, the lists that terms name.
    """

    groups: Mapping[str, str]
    pairs: list[Pair] = field(default_factory=list)
    patterns: list[tuple[Lines, int]] = field(default_factory=list)
    tests: dict[Key, int] = field(default_factory=dict)
    sets: dict[UnitSet, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    words: dict[str, dict[tuple[str, ...], int]] = field(
        default_factory=lambda: {SPECIMEN: {}, CATEGORY: {}}
    )

    def of(self, side: Side) -> list[Pair]:
        """Return the pairs of one side."""
        return [pair for pair in self.pairs if pair.side == side.name]

    def patterns_of(self, side: Side) -> Iterator[tuple[int, Lines, int]]:
        """Go through the lines of one side: their number, they themselves, their first term."""
        used = {pair.pattern for pair in self.of(side)}
        for number, (lines, position) in enumerate(self.patterns, start=1):
            if number in used:
                yield number, lines, position

    @cached_property
    def readings(self) -> list[Reading]:
        """All formulas."""
        return [one for lines, _ in self.patterns for one in lines.readings()]

    @cached_property
    def scaled(self) -> tuple[str, ...]:
        """The groups that some line compares on the common scale."""
        return tuple(dict.fromkeys(group for one in self.readings for group in one.scaled))

    @cached_property
    def mixed(self) -> tuple[tuple[str, ...], ...]:
        """The sets of groups that some line compares with each other."""
        return tuple(dict.fromkeys(groups for one in self.readings for groups in one.mixed))

    @cached_property
    def unit_groups(self) -> tuple[str, ...]:
        """The groups whose unit some line needs."""
        return tuple(dict.fromkeys((*self.scaled, *(one for some in self.mixed for one in some))))

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """The limits that some line reads."""
        return tuple(dict.fromkeys(name for one in self.readings for name in one.limits))

    @cached_property
    def factor_digits(self) -> Digits:
        """The digits of the factors, before the point and after it."""
        return digits_of([one.factor for known in self.sets for _, one in known])

    @cached_property
    def limit_digits(self) -> Digits:
        """The digits of the limits on the common scale, before the point and after it."""
        rows = [row for pair in self.pairs for row in pair.limits.values()]
        cells = [cell for row in rows for cell in row.limits.values() if cell is not None]
        return digits_of([*cells, *(row.scale for row in rows)])

    @cached_property
    def shown_digits(self) -> Digits:
        """The digits of the factors that are for show, before the point and after it."""
        return digits_of([row.shown for pair in self.pairs for row in pair.limits.values()])

    def test_list(self) -> ValueList:
        """Return the tests, each with its term of either side."""
        sides = [Side(name) for name in SIDES]
        columns = {VARIANT: "INTEGER", TESTS: "VARCHAR", UNITS: "INTEGER", CANONICAL: "VARCHAR"}
        for side in sides:
            columns |= {side.number: "INTEGER", side.pattern: "INTEGER"}
            columns |= {side.name_column: "VARCHAR"}
            columns |= {side.words(read): "INTEGER" for read in self.words}
        known = {(pair.variant, pair.test, pair.side): pair for pair in self.pairs}
        rows: list[Sequence[Constant]] = []
        for (variant, test), number in self.tests.items():
            row: list[Constant] = [variant, test, number, common_unit(test)]
            for side in sides:
                pair = known.get((variant, test, side.name))
                if pair is None:
                    row += [None] * (3 + len(self.words))
                    continue
                row += [pair.number, pair.pattern, pair.term.term]
                row += [self.words[read].get(_named(pair.term, read)) for read in self.words]
            rows.append(row)
        return ValueList(columns, rows)

    def unit_list(self) -> ValueList:
        """Return what each spelling means."""
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
        return ValueList(columns, rows)

    def limit_list(self, side: Side, digits: Digits) -> ValueList | None:
        """Return the limits of each pair of a side in each unit, if there are any."""
        shown = self.shown_digits
        columns = {
            LIMIT_TERM: "INTEGER",
            LIMIT_NUMBER: "INTEGER",
            side.compared: "VARCHAR",
            side.shown_by: decimal_type((sum(shown), shown[1])),
            side.limit(SCALE): decimal_type(digits),
        }
        names = [name for name in self.limits if name != SCALE]
        columns |= {side.limit(name): decimal_type(digits) for name in names}
        rows = [
            (
                pair.number,
                self.units[unit],
                row.unit,
                row.shown,
                row.scale,
                *(row.limits.get(name) for name in names),
            )
            for pair in self.of(side)
            for unit, row in pair.limits.items()
        ]
        return ValueList(columns, rows) if rows else None


def _named(term: Term, read: str) -> tuple[str, ...]:
    """Return the specimens or categories of a term in capitals; case does not count in them."""
    return tuple(text.upper() for text in (term.specimen if read == SPECIMEN else term.category))


def collect_terms(
    grading: Grading,
    names: Collection[str],
    groups: Mapping[str, str],
    scope: Scope,
    *,
    variants: bool = False,
) -> Terms:
    """Return the terms of a grading with their formulas read.

    Args:
        grading: the grading as written.
        names: the names of all columns and of everything that is read.
        groups: the measured values, with the group whose unit each is in.
        scope: the parameters.
        variants: each term is a grading of its own; they are tried together.

    Raises:
        FormulaError: a term does not fit; `path` tells which one, and where in it.
    """
    found = Terms(groups)
    choice = _choice(scope)
    constants = {name for name in scope.parameters if name not in names}
    owners: dict[tuple[int, str, str], Term] = {}
    read: list[tuple[int, Term, Lines]] = []
    for position, term in enumerate(grading.terms):
        variant = position if variants else 0
        with placed_term(position):
            _check(term, names)
            for number, test in enumerate(term.test):
                first = owners.setdefault((variant, test, term.direction), term)
                if first is not term:
                    with placed(("test", number) if len(term.test) > 1 else ("test",)):
                        raise FormulaError(
                            f'the {term.direction} side of {test} has the term "{first.term}": a '
                            "test has one term for each side, so make them branches of one"
                        )
            printed = printed_limits(term)
            limits = tuple(dict.fromkeys(name for _, row in printed for name in row))
            lines = read_lines(term, Names(groups, limits, constants, names, len(printed)))
        read.append((variant, term, lines))
    wanted = dict[Key, None]()
    if grading.converted:  # all of them first, so that gradings share one list of units
        wanted |= dict.fromkeys((0, test) for test in known_analytes())
    wanted |= dict.fromkeys((variant, test) for variant, term, _ in read for test in term.test)
    for variant, test in wanted:
        both = [owners[key] for side in SIDES if (key := (variant, test, side)) in owners]
        known = units_of(both, test)
        found.tests[variant, test] = found.sets.setdefault(known, len(found.sets) + 1)
        for _, one in known:
            found.units.setdefault(one.unit, len(found.units) + 1)
    by_number = {number: known for known, number in found.sets.items()}
    prints: dict[str, int] = {}
    for position, (variant, term, lines) in enumerate(read):
        pattern = prints.setdefault(lines.print, len(prints) + 1)
        if pattern > len(found.patterns):
            found.patterns.append((lines, position))
        for label, lists in found.words.items():
            if words := _named(term, label):
                lists.setdefault(words, len(lists) + 1)
        scaled = any(one.scaled for one in lines.readings())
        for test in term.test:
            rows = dict[str, LimitRow]()
            if scaled:
                known = by_number[found.tests[variant, test]]
                rows = limit_rows(term, test, known, choice)
            found.pairs.append(Pair(len(found.pairs) + 1, variant, term, test, pattern, rows))
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
