"""The gradings of the packs on some rows: the query with every line, and what reads its answers.

A grading is compiled as it is for its table; the truth of each line of each term, the values that
they read and the numbers of terms and units are more columns of the query.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from oncorules.errors import Problem, RuleError
from oncorules.rules.compiler.needs import PlacedError
from oncorules.rules.compiler.relation import FILE, ROW, column
from oncorules.rules.grading.explained import OpenGrading, open_grading
from oncorules.rules.grading.formulas import TEST, UNIT, Reading
from oncorules.rules.grading.lines import truth_of
from oncorules.rules.grading.sides import SIDES, Side
from oncorules.rules.grading.terms import UNIT_NUMBER, Pair
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading
from oncorules.rules.workspace import Workspace
from oncorules.validation.questions import Questions, Reader, Row, shown
from oncorules.validation.roots import root_of
from oncorules.validation.wanted import Wanted

SUBJECT = "USUBJID"


@dataclass(frozen=True)
class GradedTable:
    """A grading of a pack whose rows are rows of a table of the export."""

    pack: LoadedPack
    name: str
    root: str

    @property
    def grading(self) -> Grading:
        """The entry as written."""
        return self.pack.gradings[self.name]

    @property
    def label(self) -> str:
        """The pack and the name."""
        return f"{self.pack.id}:{self.name}"


@dataclass(frozen=True)
class GradedSide:
    """One term on one row, with the answers to all questions about it.

    Attributes:
        asked: the grading.
        side: low or high.
        pair: the term with its test.
        answers: the row of the query.
    """

    asked: AskedGrading
    side: Side
    pair: Pair
    answers: Row

    @property
    def grade(self) -> int | None:
        """The grade; None when it is not evaluable."""
        found: int | None = self.asked.graded[self.side.grade](self.answers)
        return found


def gradings_of(workspace: Workspace, table: str | None = None) -> list[GradedTable]:
    """Return the gradings with terms whose rows are those of a table; of any without a name."""
    found = []
    for pack in workspace.packs:
        for name, grading in pack.gradings.items():
            root = root_of(workspace, name, pack.id)
            if not grading.terms or root is None or root not in workspace.present:
                continue
            if table in (None, root) and workspace.relation(grading.of, pack.id).has_rows:
                found.append(GradedTable(pack, name, root))
    return found


class AskedGrading:
    """A grading with the questions about its rows.

    Attributes:
        table: the grading.
        opened: the same, compiled.
        key: the readers of the key.
        texts: the names of the texts that the grading reads.
        values: the readers of what the terms name and of the texts, as they are shown.
        units: for each group of measured values, that of its unit as it stands in the data.
        unit_numbers: for each group whose unit is known by number, that of the number.
        graded: those of the columns that the grading makes.
        numbers: for each side, that of the number of the term.
        truths: for each side, those of the formulas, by the formula.
        found: for each look-up, those of the key, file and row that it found.
    """

    def __init__(self, workspace: Workspace, table: GradedTable) -> None:
        """Compile the grading and ask everything.

        Raises:
            RuleError: a formula does not fit, with `file:line:column`.
        """
        self.workspace, self.table = workspace, table
        grading, pack = table.grading, table.pack
        scope = workspace.scope(pack, table.name, grading.parameters)
        try:
            self.opened = open_grading(
                grading, lambda name: workspace.relation(name, pack.id), scope
            )
            self._ask(self.opened)
        except FormulaError as error:
            path = error.path if isinstance(error, PlacedError) else ()
            place = pack.place("gradings", table.name, *path, offset=error.offset)
            raise RuleError([Problem(place, str(error))]) from None

    def _ask(self, opened: OpenGrading) -> None:
        ask = Questions()
        terms, names, self.questions = opened.terms, opened.names, ask
        self.file, self.row = ask(column(FILE)), ask(column(ROW))
        subject = opened.here.columns.get(SUBJECT)
        self.subject = None if subject is None else ask(display(subject))
        self.key = {name: ask(display(opened.here.columns[name])) for name in opened.here.key}
        named = [name for one in terms.readings for name in one.names]
        self.texts = [name for name, value in opened.reads.items() if value.kind == "text"]
        wanted = dict.fromkeys([*named, *self.texts])
        self.values = {name: ask(shown(names[name])) for name in wanted}
        self.test = ask(display(opened.reads[TEST]))
        labels = {group: f"{group}_{UNIT}" if group else UNIT for group in terms.groups.values()}
        self.units = {
            group: ask(display(names[label])) for group, label in labels.items() if label in names
        }
        self.unit_numbers = {group: ask(column(UNIT_NUMBER + group)) for group in opened.groups}
        self.graded = {name: ask(value.first) for name, value in opened.graded.items()}
        sides = [side for side in map(Side, SIDES) if terms.of(side)]
        self.numbers = {side: ask(column(side.number)) for side in sides}
        self.truths: dict[Side, dict[int, Reader]] = {
            side: {
                id(one): ask(truth_of(one, opened.scopes[side], ()))
                for _, lines, _ in terms.patterns_of(side)
                for one in lines.readings()
            }
            for side in sides
        }
        self.found = {
            alias: {name: ask(display(value)) for name, value in columns.items()}
            for alias, columns in opened.looked_up.items()
        }

    def truth(self, side: Side, reading: Reading, answers: Row) -> bool | None:
        """Return what a line came to on a row."""
        found: bool | None = self.truths[side][id(reading)](answers)
        return found

    def sides(self, wanted: Wanted) -> Iterator[GradedSide]:
        """Go through the terms that look at some rows, in the order of the files.

        Args:
            wanted: a row of a file, or a subject.
        """
        steps, filters = self.opened.steps, self._filters(wanted)
        if filters is None:
            return
        steps.add(exp.select(*self.questions.columns()).from_(steps.last))
        query = exp.select(exp.Star()).from_(steps.last).where(*filters)
        query = query.order_by(self.file.column, self.row.column)
        for answers in self.workspace.engine.run(steps.finish(query)).fetchall():
            for side, number in self.numbers.items():
                if self.graded[side.term](answers) is not None:
                    pair = self.opened.terms.pairs[number(answers) - 1]
                    yield GradedSide(self, side, pair, answers)

    def _filters(self, wanted: Wanted) -> Sequence[exp.Expr] | None:
        if wanted.subject is not None:
            if self.subject is None:
                return None
            named = exp.Literal.string(wanted.subject)
            return [exp.EQ(this=self.subject.column, expression=named)]
        places = ((self.file, wanted.file or 0), (self.row, wanted.row or 0))
        return [
            exp.EQ(this=reader.column, expression=exp.Literal.number(number))
            for reader, number in places
        ]
