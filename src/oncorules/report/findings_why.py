"""Why the findings of a rule are findings, as data of a page: all of them in one query.

It is what `oncorules explain` says of each of them, taken apart: words stand there once, and beside
them which column holds the truths and values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oncorules.report.cell_text import spelled
from oncorules.report.page_columns import PageColumn, PageTable
from oncorules.validation.explain_rule import AskedRule, because
from oncorules.validation.explanation import TRUTHS, parameter_lines
from oncorules.validation.questions import Reader

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.validation.part_readers import ClauseReader, ColumnReader

_LETTERS = {True: "t", False: "f", None: "u"}
_WORDS = {letter: TRUTHS[truth] for truth, letter in _LETTERS.items()}


class FindingsWhy:
    """The explanations of one rule's findings, in their order."""

    def __init__(self, rule: AskedRule) -> None:
        """Ask the rule about all its findings.

        Args:
            rule: the rule; it answers once.
        """
        self._rule = rule
        scope = [] if rule.where is None else list(rule.where.walk())
        clauses = [*scope, *rule.condition.walk()]
        missing = [one.gone for one in rule.missing]
        truths = [clause.truth for clause in clauses]
        self._asked = [*truths[: len(scope)], *missing, *truths[len(scope) :]]
        self._answers = {reader.place: PageColumn() for reader in _shown(rule, clauses)}
        self._decided = [PageColumn() for _ in rule.columns]
        self._found = [PageColumn() for _ in rule.lookups]
        self._truths = PageColumn()
        self._keys: list[tuple[object, ...]] = []
        for batch in rule.findings():
            self._take(batch)

    def _take(self, batch: pa.RecordBatch) -> None:
        rule = self._rule
        answers = {place: batch.column(place).to_pylist() for place in range(batch.num_columns)}
        for place, column in self._answers.items():
            column.extend(answers[place])
        letters = [[_LETTERS[truth] for truth in answers[one.place]] for one in self._asked]
        self._truths.extend(map("".join, zip(*letters, strict=True)))
        for reader, column in zip(rule.columns, self._decided, strict=True):
            if reader.number is not None:
                numbers = answers[reader.number.place]
                words = {number: reader.line(number) for number in set(numbers)}
                column.extend([words[number] for number in numbers])
        if rule.lookups:
            rows = list(zip(*answers.values(), strict=True))
            for lookup, column in zip(rule.lookups, self._found, strict=True):
                column.extend([str(lookup(row)) for row in rows])
        if rule.rows_of is None:
            keys = [answers[reader.place] for reader in rule.key.values()]
            self._keys += zip(*keys, strict=True)

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self._truths)

    @property
    def are_certain(self) -> bool:
        """Tell whether no two rows share a key, where a row has no place but its key."""
        return len(set(self._keys)) == len(self._keys)

    def as_data(self, table: PageTable) -> dict[str, object]:
        """Return the words, and where in the columns of a table truths and values stand."""
        rule = self._rule
        missing = [
            [one.name, one.answer, at] for at, one in enumerate(rule.missing, self._scope_length)
        ]
        scope, condition = rule.where, rule.condition
        after = self._scope_length + len(missing)
        return {
            "truths": table.add(self._truths),
            "because": {letters: self._because(str(letters)) for letters in self._truths.distinct},
            "scope": None if scope is None else self._clause(scope, iter(range(after)), table),
            "missing": missing,
            "condition": self._clause(condition, iter(range(after, len(self._asked))), table),
            "columns": [
                self._column(reader, decided, table)
                for reader, decided in zip(rule.columns, self._decided, strict=True)
            ],
            "lookups": [table.add(column) for column in self._found],
            "parameters": [
                spelled("\n".join(parameter_lines(parameter))) for parameter in rule.parameters
            ],
        }

    @property
    def _scope_length(self) -> int:
        return 0 if self._rule.where is None else len(list(self._rule.where.walk()))

    def _because(self, letters: str) -> str:
        first, missing = self._scope_length, self._rule.missing
        gone = letters[first : first + len(missing)]
        return because(
            _WORDS[letters[0]] if first else None,
            [(one.name, one.answer, x == "t") for one, x in zip(missing, gone, strict=True)],
            _WORDS[letters[first + len(missing)]],
        )

    def _clause(self, clause: ClauseReader, at: Iterator[int], table: PageTable) -> object:
        return {
            "text": clause.text,
            "at": next(at),
            "values": [
                [value.name, self._add(value.text, table), self._unit(value.unit, table)]
                for value in clause.values
            ],
            "parts": [self._clause(part, at, table) for part in clause.parts],
        }

    def _column(self, reader: ColumnReader, decided: PageColumn, table: PageTable) -> object:
        line = None if reader.number is None else table.add(decided)
        return [reader.name, self._add(reader.text, table), reader.unit, line]

    def _unit(self, unit: str | Reader | None, table: PageTable) -> str | int | None:
        """Return a unit, or the column that holds it."""
        return self._add(unit, table) if isinstance(unit, Reader) else unit

    def _add(self, reader: Reader, table: PageTable) -> int:
        return table.add(self._answers[reader.place])


def _shown(rule: AskedRule, clauses: list[ClauseReader]) -> Iterator[Reader]:
    """Go through what reads the texts that are shown."""
    for clause in clauses:
        for value in clause.values:
            yield value.text
            if isinstance(value.unit, Reader):
                yield value.unit
    for column in rule.columns:
        yield column.text
