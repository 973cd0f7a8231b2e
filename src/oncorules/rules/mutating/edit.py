"""One small edit of a rule, derived table or term, as it would be made in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oncorules.rules.examples.formulas import Path
from oncorules.rules.examples.subject import Subject, Variant

LIMIT = "limit moved"
COMPARISON = "comparison replaced"
LOGIC = "and, or swapped"
NEGATION = "not dropped"
ORDER = "cases swapped"
CASE = "case dropped"
CODE = "code dropped"
END = "other end"
UNIT = "unit replaced"
KINDS = (LIMIT, COMPARISON, LOGIC, NEGATION, ORDER, CASE, CODE, END, UNIT)


@dataclass(frozen=True, kw_only=True)
class Edit(Variant):
    """A rule, table or term with one small edit.

    Attributes:
        kind: what sort of edit it is, one of `KINDS`.
        path: the part that is edited, as in the file.
        offset: the character of the text there at which the edit stands; None for other parts.
        was: what stands there: a formula, a word, a number, lines.
        now: what would stand there.
        parameter: the parameter whose value is edited; `path` is then where it is read or set.
    """

    kind: str
    path: Path
    offset: int | None = None
    was: Any
    now: Any
    parameter: str | None = None

    def at(self, subject: Subject) -> str:
        """Return the address of the part, as `changes` of a pack name it.

        A line has its id or, without one, its number from 1.
        """
        if self.parameter is not None:
            return subject.address(self.parameter).partition(":")[2]
        steps = [subject.owner if subject.graded is None else f"{subject.owner}.terms"]
        node: Any = subject.item
        if subject.graded is not None:
            node = subject.graded.term
            steps.append(node.label)
        for step in self.path:
            if isinstance(step, int):
                node = node[step]
                steps.append(getattr(node, "id", None) or str(step + 1))
            else:
                node = node[step] if isinstance(node, dict) else getattr(node, step, None)
                steps.append(step)
        return ".".join(steps)

    def place(self, subject: Subject) -> str:
        """Return `file:line:column` of the edit."""
        return subject.place(*self.path, offset=self.offset)
