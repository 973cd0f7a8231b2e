"""Why a rule says what it says about one row, as data and as lines that a data manager reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

MISSING = "(missing)"
QUOTES = "''"  # a text without characters, which is not a missing one
TRUTHS = {True: "true", False: "false", None: "unknown"}


@dataclass(frozen=True)
class ShownValue:
    """One value that a clause reads; None when it is missing."""

    name: str
    value: str | None
    unit: str | None = None

    def __str__(self) -> str:
        """Return `LBSTRESN = 12.5 mmol/L`."""
        if self.value is None:
            return f"{self.name} = {MISSING}"
        return f"{self.name} = {self.value or QUOTES}" + (f" {self.unit}" if self.unit else "")


@dataclass(frozen=True)
class ExplainedClause:
    """One clause with its truth on this row.

    Attributes:
        text: the rule's own words; `and`, `or` or `not` for clauses that are joined.
        truth: true, false or unknown.
        values: what a leaf reads.
        parts: the clauses that are joined; below a column that is named, those it is made of.
    """

    text: str
    truth: str
    values: tuple[ShownValue, ...] = ()
    parts: tuple[ExplainedClause, ...] = ()

    def leaves(self) -> Iterator[ExplainedClause]:
        """Go through the clauses that nothing joins."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def lines(self, indent: str = "") -> Iterator[str]:
        """Return the clause and its parts as an indented tree, the truth in front."""
        text = (
            f"{indent}{self.text}"
            if not self.parts
            else f"{indent}{_JOINED.get(self.text, self.text)}"
        )
        yield f"{self.truth:8}{text}"
        for value in self.values:
            yield f"{'':8}{indent}    {value}"
        for part in self.parts:
            yield from part.lines(f"{indent}  ")


_JOINED = {"and": "all of:", "or": "any of:", "not": "not:"}


@dataclass(frozen=True)
class MissingDecision:
    """What `if_missing` says of one name, and whether it came to that."""

    name: str
    answer: str
    is_missing: bool


@dataclass(frozen=True)
class FoundRow:
    """What a look-up found.

    Attributes:
        name: the name of the look-up.
        table: where it looks.
        found: whether there is a row.
        place: `file:row`, when the table has rows of files.
        key: the key of the row that was found.
        several: several rows match, and what they do not agree on is missing.
    """

    name: str
    table: str
    found: bool
    place: str | None = None
    key: Mapping[str, str | None] | None = None
    several: bool = False

    def __str__(self) -> str:
        """Return the look-up in one line."""
        if not self.found:
            return f"{self.name}: no row of {self.table}"
        named = [f"{name} {value}" for name, value in (self.key or {}).items() if value is not None]
        key = f" ({', '.join(named)})" if named else ""
        if self.several:
            return f"{self.name}: several rows of {self.table}{key}"
        return f"{self.name}: {self.table}{f', {self.place}' if self.place else ''}{key}"


@dataclass(frozen=True)
class ShownColumn:
    """A column of the rule itself: its value, and the line that decided it."""

    name: str
    value: str | None
    line: str | None = None
    unit: str | None = None


@dataclass(frozen=True)
class ShownParameter:
    """A parameter that the rule reads."""

    name: str
    value: str
    unit: str | None
    origin: str
    source: str


@dataclass(frozen=True)
class Explanation:
    """Why one rule says what it says about one row.

    Attributes:
        rule_id: the rule.
        title: the rule in one line.
        severity: error, warning or notice.
        source: document and section of the rule.
        table: the table of the row.
        file: its file, when it is a row of a file.
        row: its number in the file, from 1.
        key: its declared key.
        outcome: met, not met, not evaluable, not in scope.
        because: what decided, in a sentence.
        message: the message of the finding, when there is one.
        scope: the clauses of `applies_to: where`.
        if_missing: the decisions for missing values, in their order.
        condition: the clauses of the condition; None for a check of the structure.
        columns: the columns that the rule builds.
        lookups: the rows that its look-ups found.
        parameters: the limits that it reads.
    """

    rule_id: str
    title: str
    severity: str
    source: str
    table: str
    file: str | None
    row: int | None
    key: Mapping[str, str | None]
    outcome: str
    because: str
    message: str | None = None
    scope: ExplainedClause | None = None
    if_missing: tuple[MissingDecision, ...] = ()
    condition: ExplainedClause | None = None
    columns: tuple[ShownColumn, ...] = ()
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
        """The key in words: `USUBJID 01-001, AESEQ 3`."""
        return ", ".join(f"{name} {value or MISSING}" for name, value in self.key.items())

    @property
    def clauses(self) -> list[ExplainedClause]:
        """The leaves of scope and condition, in the order in which they are read."""
        wholes = [whole for whole in (self.scope, self.condition) if whole is not None]
        return [leaf for whole in wholes for leaf in whole.leaves()]

    def as_json(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Return the explanation as lines for people."""
        yield f"{self.rule_id}: {self.title}"
        where = f"{self.file}:{self.row}, " if self.file is not None else ""
        yield f"  {where}{self.table} ({self.key_text})"
        yield f"  {self.outcome}: {self.because}"
        if self.message:
            yield f"  {self.severity}: {self.message}"
        if self.scope is not None:
            yield from section("Scope", self.scope.lines())
            if self.scope.truth == "false":  # nothing else was asked of this row
                return
        if self.if_missing:
            yield from section("If missing", map(_decision, self.if_missing))
        if self.condition is not None:
            yield from section("Condition", self.condition.lines())
        if self.columns:
            yield from section("Columns built for it", map(_column, self.columns))
        if self.lookups:
            yield from section("Looked up", map(str, self.lookups))
        if self.parameters:
            lines = (line for one in self.parameters for line in parameter_lines(one))
            yield from section("Parameters", lines)
        yield f"  Source: {self.source}"

    def __str__(self) -> str:
        """Return the explanation for people."""
        return "\n".join(self.lines())


def section(title: str, lines: Iterator[str]) -> Iterator[str]:
    """Return the lines of one part of an explanation under its title."""
    yield f"  {title}"
    for line in lines:
        yield f"    {line}"


def _decision(one: MissingDecision) -> str:
    there = "is missing" if one.is_missing else "is there"
    return f"{one.name} missing counts as {one.answer}: it {there}"


def _column(one: ShownColumn) -> str:
    text = str(ShownValue(one.name, one.value, one.unit))
    return f"{text}; {one.line}" if one.line else text


def parameter_lines(one: ShownParameter) -> Iterator[str]:
    """Return a parameter as lines: value, origin, source."""
    yield f"{ShownValue(one.name, one.value, one.unit)}, {one.origin}"
    yield f"    source: {one.source}"
