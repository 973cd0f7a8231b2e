"""Explanations of grades: the answers of one row put into words, and which rows are worth it."""

from __future__ import annotations

from collections.abc import Iterator

from oncorules.rules.catalogue.pages import source_text
from oncorules.rules.compiler.relation import FILE, ROW
from oncorules.rules.deriving.as_tables import tables_behind
from oncorules.rules.deriving.reading import formulas_of, names_in
from oncorules.rules.grading.formulas import TEST, UNIT
from oncorules.rules.grading.limits import LIMIT_UNIT, printed_limits
from oncorules.rules.grading.lines import SYMPTOMS
from oncorules.rules.loading.model import THIS_TABLE
from oncorules.rules.workspace import Workspace
from oncorules.validation.asked_grade import AskedGrading, GradedSide, GradedTable, gradings_of
from oncorules.validation.explanation import TRUTHS, FoundRow, ShownParameter, ShownValue
from oncorules.validation.grade_explanation import GradeExplanation, ReadLine
from oncorules.validation.grade_lines import Step, parameters_in, steps_of, was_read
from oncorules.validation.grade_units import UnitsOfRow, measures_of
from oncorules.validation.part_readers import place_of
from oncorules.validation.roots import files_of
from oncorules.validation.wanted import Wanted

NO_TERM = "no term of the gradings looks at this row"


def explain_grades(
    workspace: Workspace, tables: list[GradedTable], wanted: Wanted
) -> list[GradeExplanation]:
    """Return why the terms of some gradings grade a row as they do."""
    return [
        told_grade(one) for table in tables for one in AskedGrading(workspace, table).sides(wanted)
    ]


def explain_worst(
    workspace: Workspace, subject: str, limit: int
) -> tuple[list[GradeExplanation], int]:
    """Return the grades of a subject, the highest first, and how many there are.

    Args:
        workspace: the run.
        subject: the subject.
        limit: how many to explain at most; grades of 0 are not among them, and those that are not
            evaluable come last.
    """
    found = [
        one
        for table in gradings_of(workspace)
        for one in AskedGrading(workspace, table).sides(Wanted(subject=subject))
        if one.grade != 0
    ]
    found.sort(key=lambda one: -(one.grade or 0))  # stable: else in the order of the files
    return [told_grade(one) for one in found[:limit]], len(found)


def told_grade(one: GradedSide) -> GradeExplanation:
    """Return the explanation of one term on one row."""
    return _Told(one).explanation()


class _Told:
    """One term on one row while it is put into words."""

    def __init__(self, one: GradedSide) -> None:
        self.asked, self.side, self.pair, self.answers = one.asked, one.side, one.pair, one.answers
        table = self.asked.table
        self.pack, self.name, self.grading = table.pack, table.name, table.grading
        self.term = self.pair.term
        self.position = next(n for n, one in enumerate(self.grading.terms) if one is self.term)
        self.lines = self.asked.opened.terms.patterns[self.pair.pattern - 1][0]
        self.steps = self._steps()

    def _graded(self, label: str) -> str | None:
        found: str | None = self.asked.graded[label](self.answers)
        return found

    def _number(self, label: str) -> int | None:
        found: int | None = self.asked.graded[label](self.answers)
        return found

    def _steps(self) -> list[Step]:
        if not was_read(self._graded(self.side.line), self._graded(self.side.reason)):
            return []
        return list(
            steps_of(
                self.term,
                self.lines,
                lambda reading: self.asked.truth(self.side, reading, self.answers),
            )
        )

    def explanation(self) -> GradeExplanation:
        side, asked, answers = self.side, self.asked, self.answers
        files = files_of(asked.workspace, self.name, self.pack.id)
        version = self.pack.version_of("gradings", self.name)
        last = self.steps[-1] if self.steps and self.steps[-1].truth is not False else None
        source = self.term.source or self.grading.source
        units = self._units()
        return GradeExplanation(
            pack=f"{self.pack.id} {version}",
            grading=self.name,
            term=self.term.term,
            direction=self.term.direction,
            source="" if source is None else source_text(source),
            rule_place=self._place(last),
            table=asked.table.root,
            file=files[asked.file(answers)] if files else None,
            row=asked.row(answers),
            key={name: reader(answers) for name, reader in asked.key.items()},
            test=asked.test(answers),
            grade=self._number(side.grade),
            least=self._number(side.least),
            most=self._number(side.most),
            reason=self._graded(side.reason),
            decided_by=None if last is None else f"{last.words}: {last.text}",
            read=tuple(self._read()),
            values=tuple(self._values()),
            compared=tuple(units.compared([s.reading for s in self.steps if s.reading])),
            limits=tuple(units.limits()),
            lookups=tuple(self._lookups()),
            parameters=tuple(self._parameters(last)),
        )

    def _place(self, step: Step | None) -> str:
        path = () if step is None else step.path
        return self.pack.place("gradings", self.name, "terms", self.position, *path)

    def _read(self) -> Iterator[ReadLine]:
        for step in self.steps:
            yield ReadLine(step.part, step.text, TRUTHS[step.truth], self._place(step), step.names)

    # values ---------------------------------------------------------------------------------

    @property
    def _names(self) -> list[str]:
        """What the term looks at: its words, then what its formulas name."""
        words = [("SPECIMEN", self.term.specimen), ("CATEGORY", self.term.category)]
        named = [name for one in self.lines.readings() for name in one.names]
        return list(dict.fromkeys([*named, *(name for name, listed in words if listed)]))

    def _values(self) -> Iterator[ShownValue]:
        groups, names = self.asked.opened.terms.groups, self._names
        values = {name: reader(self.answers) for name, reader in self.asked.values.items()}
        for name in names:
            yield ShownValue(name, values[name], self._unit(groups.get(name)))
        if all(values[name] is not None for name in names):
            return
        # Why a number is missing can stand in a text beside it, such as the result as reported.
        passed = {*names, TEST, UNIT, *(f"{group}_{UNIT}" for group in groups.values())}
        for name in self.asked.texts:
            if name not in passed and values[name] is not None:
                yield ShownValue(name, values[name])

    def _unit(self, group: str | None) -> str | None:
        reader = None if group is None else self.asked.units.get(group)
        return None if reader is None else reader(self.answers)

    def _units(self) -> UnitsOfRow:
        terms, asked = self.asked.opened.terms, self.asked
        names = {number: unit for unit, number in terms.units.items()}
        return UnitsOfRow(
            pair=self.pair,
            measures=measures_of(terms, self.pair),
            units={
                group: names.get(reader(self.answers))
                for group, reader in asked.unit_numbers.items()
            },
            written={group: reader(self.answers) for group, reader in asked.units.items()},
            groups=terms.groups,
            values=lambda name: asked.values[name](self.answers),
        )

    # behind the values ----------------------------------------------------------------------

    def _lookups(self) -> Iterator[FoundRow]:
        """Go through the look-ups that what the term names rests on."""
        asked = self.asked
        behind = self._behind()
        for alias, readers in asked.found.items():
            if alias not in behind:
                continue
            from_ = self.grading.lookups[alias].from_
            there = self.grading.of if from_ == THIS_TABLE else from_
            told = {name: reader(self.answers) for name, reader in readers.items()}
            places = [told.pop(name) for name in (FILE, ROW) if name in told]
            numbers = [None if one is None else int(one) for one in places]
            found = any(one is not None for one in (*told.values(), *numbers))
            files = files_of(asked.workspace, there, self.pack.id)
            several = found and bool(numbers) and None in numbers
            key = told if found else None
            yield FoundRow(alias, there, found, place_of(numbers, files), key, several)

    def _behind(self) -> set[str]:
        (table,) = tables_behind(self.pack, self.name)
        bare = table.model_copy(update={"where": None, "lookups": {}, "runs": {}})
        waiting, seen, aliases = list(self._names), set[str](), set[str]()
        while waiting:
            name = waiting.pop()
            formulas = [self.grading.reads[name]] if name in self.grading.reads else []
            if name in self.grading.columns:
                column = {name: self.grading.columns[name]}
                formulas += formulas_of(bare.model_copy(update={"columns": column}))
            for alias, read in names_in(formulas):
                aliases.add(alias)
                if not alias and read not in seen:
                    seen.add(read)
                    waiting.append(read)
        return aliases

    def _parameters(self, last: Step | None) -> Iterator[ShownParameter]:
        opened = self.asked.opened
        names = parameters_in(self.lines, opened.names)
        if last is not None and isinstance(last.grade, str) and last.truth:
            names.append(SYMPTOMS)
        scaled = any(step.reading and step.reading.scaled for step in self.steps)
        if scaled and len(printed_limits(self.term)) > 1:
            names.append(LIMIT_UNIT)
        known = self.asked.workspace.parameters.of(self.pack.id, self.name)
        for name in names:
            if name in known:
                one = known[name]
                source = source_text(one.declared.source)
                yield ShownParameter(name, str(one.value), one.unit, one.origin, source)
