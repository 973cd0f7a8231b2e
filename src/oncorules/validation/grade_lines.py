"""The lines of a term as they were read on one row, from the top to the one that decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from oncorules.rules.grading.formulas import Reading
from oncorules.rules.grading.lines import NO_BRANCH, NO_LINE, NORMAL, WHERE, Lines, Path
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import names, parse
from oncorules.rules.loading.model import OTHERWISE, Term
from oncorules.rules.loading.model_rules import downwards

Truth = Callable[[Reading], bool | None]


@dataclass(frozen=True)
class Step:
    """One line that was read.

    Attributes:
        part: which line it is: `normal_when`, `branch 2`, `branch 2, grade 3`.
        words: the same with the condition of the branch: `branch 2 (BASELINE_HIGH), grade 3`.
        text: its formula, on one line.
        truth: what it came to.
        path: where it stands in the term.
        reading: its formula, read; None for `otherwise`.
        grade: the grade as written, for a line that gives one.
    """

    part: str
    words: str
    text: str
    truth: bool | None
    path: Path
    reading: Reading | None
    grade: int | str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the formula, as they are written."""
        if self.reading is None:
            return ()
        return tuple(dict.fromkeys(name for _, name, _ in names(parse(self.text))))


def was_read(line: str | None, reason: str | None) -> bool:
    """Tell whether any line was read; a specimen that is missing stops before the first."""
    return line is not None or reason is None or reason in (NO_BRANCH, NO_LINE)


def steps_of(term: Term, lines: Lines, truth: Truth) -> Iterator[Step]:
    """Go through the lines of a term that were read on a row.

    Args:
        term: the term, for its words.
        lines: its formulas, read.
        truth: what each of them is on the row.
    """
    for part, text, reading in (
        (WHERE, term.where, lines.where),
        (NORMAL, term.normal_when, lines.normal),
    ):
        if reading is not None and text is not None:
            found = truth(reading)
            yield Step(part, part, own_words(text), found, (part,), reading)
            if (found is None and part == WHERE) or (found and part == NORMAL):
                return
    grades: list[Mapping[int | str, str]] = [branch.grades for branch in term.branches or ()]
    for number, (when, inside) in enumerate(lines.branches, start=1):
        label = words = ""
        if lines.split:
            text = own_words((term.branches or ())[number - 1].when)
            label, words = f"branch {number}", f"branch {number} ({text})"
            found = True if when is None else truth(when)
            yield Step(label, label, text, found, lines.whens[number - 1], when)
            if found is None:
                return
            if not found:
                continue
        texts = dict(downwards(grades[number - 1] if lines.split else term.grades or {}))
        for key, reading, path in inside:
            grade = f"grade {key}"
            part, told = (f"{one}, {grade}" if one else grade for one in (label, words))
            found = True if reading is None else truth(reading)
            text = OTHERWISE if reading is None else own_words(texts[key])
            yield Step(part, told, text, found, path, reading, key)
            if found is not False:
                return
        return


def parameters_in(lines: Lines, known: Mapping[str, object]) -> list[str]:
    """Return the parameters that the lines of a term name.

    Args:
        lines: the formulas of the term.
        known: the names that are columns, which go before parameters.
    """
    found = [
        node.name
        for reading in lines.readings()
        for node in reading.tree.find_all(exp.Column)
        if not node.table and node.name not in known
    ]
    return list(dict.fromkeys(found))
