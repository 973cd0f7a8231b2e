"""Why a term of a grading grades one row as it does, as data and as lines that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from oncorules.validation.explanation import (
    MISSING,
    FoundRow,
    ShownParameter,
    ShownValue,
    parameter_lines,
    section,
)

NOT_EVALUABLE = "not evaluable"


@dataclass(frozen=True)
class ReadLine:
    """One line of a term that was read on this row.

    Attributes:
        part: which line it is: `normal_when`, `branch 2`, `branch 2, grade 3`.
        text: the words of the rule file.
        truth: true, false or unknown.
        place: where it stands: `file:line:column`.
        names: the values, limits and parameters that it names.
    """

    part: str
    text: str
    truth: str
    place: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the line with its truth in front."""
        return f"{self.truth:8}{self.part}: {self.text}"


@dataclass(frozen=True)
class GradeExplanation:
    """Why one term grades one row as it does.

    Attributes:
        pack: the pack with the term, and its version.
        grading: the grading.
        term: the term.
        direction: low or high.
        source: document and section of the term.
        rule_place: where the line that decided stands in the rule file, or else the term.
        table: the table of the row.
        file: its file.
        row: its number in the file, from 1.
        key: its declared key.
        test: the test code.
        grade: the grade; None when it is not evaluable.
        least: the lowest grade that it can be; None when nothing is known.
        most: the highest.
        reason: why it is not evaluable.
        decided_by: the line that decided, or at which the reading stopped, in words.
        read: the lines in the order in which they were read; the last one decided, or stopped.
        values: what the lines of the term name, and what else the grading reads where one of them
            is missing.
        compared: in which unit values were compared, and how they were converted into it.
        limits: the limits of the term in that unit.
        lookups: the rows that look-ups behind these values found.
        parameters: the parameters that the lines name, and the choices that they rest on.
    """

    pack: str
    grading: str
    term: str
    direction: str
    source: str
    rule_place: str
    table: str
    file: str | None
    row: int | None
    key: Mapping[str, str | None]
    test: str | None
    grade: int | None
    least: int | None
    most: int | None
    reason: str | None
    decided_by: str | None
    read: tuple[ReadLine, ...] = ()
    values: tuple[ShownValue, ...] = ()
    compared: tuple[str, ...] = ()
    limits: tuple[ShownValue, ...] = ()
    lookups: tuple[FoundRow, ...] = ()
    parameters: tuple[ShownParameter, ...] = ()

    @property
    def place(self) -> str:
        """The file and its row, or the table and the key."""
        if self.file is not None and self.row is not None:
            return f"{self.file}:{self.row}"
        return f"{self.table} {self.key_text}"

    @property
    def key_text(self) -> str:
        """The key in words: `USUBJID 01-001, LBSEQ 3`."""
        return ", ".join(f"{name} {value or MISSING}" for name, value in self.key.items())

    @property
    def outcome(self) -> str:
        """The grade in words: `grade 3`, or `not evaluable`."""
        return NOT_EVALUABLE if self.grade is None else f"grade {self.grade}"

    @property
    def because(self) -> str:
        """The grade, or why there is none, in a sentence."""
        parts = [self.outcome]
        if self.reason is not None:
            parts.append(f": {self.reason}")
        if self.least is not None and self.least != self.most:
            word = "grade " if self.grade is None else "by the line "
            parts.append(f"; {word}{self.least} to {self.most}")
        return "".join(parts)

    def values_of(self, line: ReadLine) -> list[ShownValue]:
        """Return the values, limits and parameters that one line names."""
        parameters = [ShownValue(one.name, one.value, one.unit) for one in self.parameters]
        known = (*self.values, *self.limits, *parameters)
        return [one for one in known if one.name in line.names]

    def as_json(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Return the explanation as lines for people."""
        yield f"{self.term}, {self.direction} ({self.grading} of {self.pack})"
        where = f"{self.file}:{self.row}, " if self.file is not None else ""
        yield f"  {where}{self.table} ({self.key_text}), test {self.test or MISSING}"
        yield f"  {self.because}"
        if self.decided_by is not None:
            verb = "decided by" if self._is_decided else "stopped at"
            yield f"  {verb} {self.decided_by}"
        if self.read:
            yield from section("Lines read", map(str, self.read))
        if self.values:
            yield from section("Values", map(str, self.values))
        if self.compared:
            yield from section("Compared", iter(self.compared))
        if self.limits:
            yield from section("Limits", map(str, self.limits))
        if self.lookups:
            yield from section("Looked up", map(str, self.lookups))
        if self.parameters:
            shown = (line for one in self.parameters for line in parameter_lines(one))
            yield from section("Parameters", shown)
        yield f"  Line: {self.rule_place}"
        yield f"  Source: {self.source}"

    @property
    def _is_decided(self) -> bool:
        """Whether a line was true; only symptoms can then leave the grade open."""
        return bool(self.read) and self.read[-1].truth == "true"

    def __str__(self) -> str:
        """Return the explanation for people."""
        return "\n".join(self.lines())
