"""The lines of a term as one CASE: which line decides, or at which line the reading stops.

`normal_when` comes first and only its truth counts. Then the branches from the top, and in a branch
the grades from the highest down: the first line that is true decides, and a line that is unknown
stops the reading, unless a line above it was true. What the lines above leave is known all the
same: the lowest and the highest grade that the row can have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.compiler.needs import placed
from oncorules.rules.grading.formulas import Names, Reading, read_formula
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate_tree
from oncorules.rules.loading.model import OTHERWISE, Term
from oncorules.rules.loading.model_rules import downwards, grades_of

NORMAL, WHERE = "normal_when", "where"
SYMPTOMS, WORST, OPEN = "symptoms", "worst", "open"
SYMPTOM_CHOICES = (WORST, "lowest", OPEN)
"""What the parameter `symptoms` may say of a line of two grades; `worst` holds without it."""
NO_BRANCH, NO_LINE = "no branch applies", "no grade line is true"

Path = tuple[str | int, ...]
Cause = tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...], tuple[str, ...]]
"""Why a line can be unknown: a fixed sentence, or the names, units and limits that it reads."""


@dataclass(frozen=True)
class Outcome:
    """What one answer of the CASE means.

    Attributes:
        grade: the grade; None when the row is not evaluable.
        least: the lowest grade that it can be; None when nothing is known.
        most: the highest.
        line: the line that decided, or that stopped the reading; None when none was reached.
        cause: why the row is not evaluable; None when it is.
    """

    grade: int | None
    least: int | None
    most: int | None
    line: str | None
    cause: Cause | None = None


@dataclass
class Outcomes:
    """All answers of a grading, numbered from 1."""

    known: dict[Outcome, int] = field(default_factory=dict)

    def number(self, outcome: Outcome) -> exp.Expr:
        """Return the number of an answer."""
        return exp.Literal.number(self.known.setdefault(outcome, len(self.known) + 1))

    def causes(self) -> dict[Cause, int]:
        """Return a number for every cause."""
        found = dict.fromkeys(one.cause for one in self.known if one.cause is not None)
        return {cause: number for number, cause in enumerate(found, start=1)}


GradeLines = tuple[tuple[int | str, Reading | None, Path], ...]
"""From the highest grade down: the grade as written, its condition (None: otherwise), its place."""


@dataclass(frozen=True)
class Lines:
    """The formulas of a term, read.

    Attributes:
        where: rows for which it is false are not of this term.
        normal: true makes the grade 0 whatever else is missing.
        branches: for each branch its condition (None without branches) and its grade lines from
            the highest down; None as a line is `otherwise`.
    """

    where: Reading | None
    normal: Reading | None
    branches: tuple[tuple[Reading | None, GradeLines], ...]
    whens: tuple[Path, ...]
    split: bool

    def readings(self) -> Iterator[Reading]:
        """Go through all formulas."""
        yield from (one for one in (self.where, self.normal) if one is not None)
        for when, lines in self.branches:
            if when is not None:
                yield when
            yield from (line for _, line, _ in lines if line is not None)

    @property
    def print(self) -> str:
        """A text that is equal for terms that are read alike, whatever their limits."""

        def text(reading: Reading | None) -> str:
            return "" if reading is None else reading.tree.sql()

        parts = [text(self.where), text(self.normal), str(self.split)]
        for when, lines in self.branches:
            parts += [text(when), *(f"{grade} {text(line)}" for grade, line, _ in lines)]
        return "\n".join(parts)


def read_lines(term: Term, known: Names) -> Lines:
    """Return the formulas of a term, read.

    Raises:
        FormulaError: a formula does not fit; `path` tells which one of the term.
    """

    def read(text: str | None, *path: str | int) -> Reading | None:
        if text is None or text == OTHERWISE:
            return None
        with placed(path):
            return read_formula(text, known)

    def lines(grades: Mapping[int | str, str], *path: str | int) -> GradeLines:
        down = downwards(grades)
        for grade, text in down[:-1]:
            if text == OTHERWISE:
                with placed((*path, grade)):
                    raise FormulaError("only the lowest grade can be `otherwise`")
        return tuple((grade, read(text, *path, grade), (*path, grade)) for grade, text in down)

    where, normal = read(term.where, WHERE), read(term.normal_when, NORMAL)
    if term.grades is not None:
        return Lines(where, normal, ((None, lines(term.grades, "grades")),), ((),), False)
    branches = []
    whens: list[Path] = []
    for number, branch in enumerate(term.branches or ()):
        path: Path = ("branches", number)
        if branch.when == OTHERWISE and number + 1 < len(term.branches or ()):
            with placed((*path, "when")):
                raise FormulaError("only the last branch can be `otherwise`")
        whens.append((*path, "when"))
        branches.append((read(branch.when, *path, "when"), lines(branch.grades, *path, "grades")))
    return Lines(where, normal, tuple(branches), tuple(whens), True)


def cause_of(reading: Reading) -> Cause:
    """Return why a formula can be unknown."""
    return ("", reading.names, reading.scaled, reading.mixed, reading.limits)


def fixed_cause(sentence: str) -> Cause:
    """Return a cause that is always the same sentence."""
    return (sentence, (), (), (), ())


def lines_tree(lines: Lines, scope: Scope, outcomes: Outcomes) -> exp.Expr:
    """Return which answer a term gives: a CASE over the rows of the term.

    Args:
        lines: the formulas of the term.
        scope: their names.
        outcomes: gets the answers that it has not yet.
    """
    ifs: list[exp.If] = []
    if lines.where is not None:
        tree = truth_of(lines.where, scope, (WHERE,))
        ifs.append(_stop(tree, outcomes, Outcome(None, None, None, WHERE, cause_of(lines.where))))
    if lines.normal is not None:
        tree = truth_of(lines.normal, scope, (NORMAL,))
        ifs.append(exp.If(this=tree, true=outcomes.number(Outcome(0, 0, 0, NORMAL))))
    for number, (when, grades) in enumerate(lines.branches, start=1):
        label = f"branch {number}" if lines.split else ""
        inside = _grades(grades, scope, outcomes, label)
        if when is None:
            return exp.Case(ifs=ifs, default=inside) if ifs else inside
        tree = truth_of(when, scope, lines.whens[number - 1])
        ifs.append(exp.If(this=tree, true=inside))
        ifs.append(_stop(tree, outcomes, Outcome(None, None, None, label, cause_of(when))))
    none = outcomes.number(Outcome(None, None, None, None, fixed_cause(NO_BRANCH)))
    return exp.Case(ifs=ifs, default=none)


def _grades(lines: GradeLines, scope: Scope, outcomes: Outcomes, branch: str) -> exp.Expr:
    ifs: list[exp.If] = []
    for place, (key, line, path) in enumerate(lines):
        label = f"{branch}, grade {key}" if branch else f"grade {key}"
        decided = outcomes.number(_decided(key, label, scope))
        if line is None:
            return exp.Case(ifs=ifs, default=decided) if ifs else decided
        tree = truth_of(line, scope, path)
        ifs.append(exp.If(this=tree, true=decided))
        least = min(grades_of(other)[0] for other, _, _ in lines[place:])
        stopped = Outcome(None, least, grades_of(key)[1], label, cause_of(line))
        ifs.append(_stop(tree, outcomes, stopped))
    none = Outcome(None, None, None, branch or None, fixed_cause(NO_LINE))
    return exp.Case(ifs=ifs, default=outcomes.number(none))


def _decided(key: int | str, label: str, scope: Scope) -> Outcome:
    """Return the outcome of a line that is true; symptoms may have to decide between two grades."""
    least, most = grades_of(key)
    value = scope.parameters.get(SYMPTOMS)
    choice = WORST if value is None else str(value.literal)
    if choice not in SYMPTOM_CHOICES:
        near = did_you_mean(choice, SYMPTOM_CHOICES)
        raise FormulaError(
            f'the parameter {SYMPTOMS} is "{choice}", expected {", ".join(SYMPTOM_CHOICES)}{near}'
        )
    if least == most or choice != OPEN:
        return Outcome(most if choice == WORST else least, least, most, label)
    return Outcome(None, least, most, label, fixed_cause(f"{key} by symptoms"))


def _stop(tree: exp.Expr, outcomes: Outcomes, outcome: Outcome) -> exp.If:
    unknown = exp.Is(this=exp.Paren(this=tree.copy()), expression=exp.Null())
    return exp.If(this=unknown, true=outcomes.number(outcome))


def truth_of(reading: Reading, scope: Scope, path: Path) -> exp.Expr:
    """Return the truth of a condition.

    Raises:
        FormulaError: a name or a type does not fit; `path` is the one given.
    """
    with placed(path):
        value = translate_tree(reading.tree, scope)
        if value.kind != "boolean":
            raise FormulaError(
                f"a condition that is true or false was expected, not a {value.kind}"
            )
    return value.first
