"""A finding as a question to the site that can answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oncorules.report.finding_lines import FindingLines, Line, RuleLines
from oncorules.report.masked import Mask

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult

ASKED = ("new", "open", "reopened")
"""The states of findings about which a site is asked; the others were sent or are settled."""
ASK = "Please correct the record, or confirm that it is right."
MISSING = "(missing)"
_SUBJECT = "USUBJID"


@dataclass(frozen=True)
class Query:
    """A question about one record.

    Attributes:
        site: the site; empty where it is not known.
        subject: the subject.
        visit: the visit of the record, where it has one.
        form: what the table holds, with its name.
        record: what tells the record from others of the subject, a line for each part.
        recorded: what stands there, a line for each variable that decided.
        question: what is wrong and what is expected.
        severity: of the finding.
        finding_id: of the finding, by which the answer is followed.
    """

    site: str
    subject: str
    visit: str
    form: str
    record: str
    recorded: str
    question: str
    severity: str
    finding_id: str


@dataclass
class Queries:
    """The questions of a run, in the order of sites, subjects and forms.

    Attributes:
        asked: the questions.
        settled: how many findings were sent, answered or accepted before.
        nobody: how many findings concern no subject, so that no site can answer them.
    """

    asked: list[Query] = field(default_factory=list)
    settled: int = 0
    nobody: int = 0


def queries_of(result: ValidationResult, mask: Mask | None = None) -> Queries:
    """Return the findings of a run as questions.

    Args:
        result: the run.
        mask: hides who the subjects are.
    """
    lines, words, found = FindingLines(result, mask), _Labels(result), Queries()
    for rule in lines.rules():
        for line in lines.of(rule):
            if line.known.state not in ASKED:
                found.settled += 1
            elif not line.subject:
                found.nobody += 1
            else:
                found.asked.append(_query(rule, line, words))
    found.asked.sort(key=lambda one: (one.site, one.subject, one.form, one.visit))
    return found


def _query(rule: RuleLines, line: Line, words: _Labels) -> Query:
    status = rule.part.status
    message = line.message.rstrip()
    ended = message if message.endswith((".", "!", "?")) else f"{message}."
    said = [] if not message or message == status.title else [ended]
    return Query(
        site=line.site,
        subject=line.subject or "",
        visit=line.visit or "",
        form=words.form(status.table),
        record="\n".join(words.told(status.table, line.key, skipped=(_SUBJECT,))),
        recorded="\n".join(
            words.told(status.table, dict(zip(rule.shown, line.values, strict=True)))
        ),
        question=" ".join([*said, f"Expected: {status.title}.", ASK]),
        severity=status.severity,
        finding_id=line.finding_id,
    )


class _Labels:
    """What tables and variables are called by those who fill in forms."""

    def __init__(self, result: ValidationResult) -> None:
        """Take the table model of a run."""
        model, tables = result.session.workspace.model, result.session.tables
        self._tables = {name: model.table(name) for name in tables}
        self._labels: dict[str, str] = {}
        for table in self._tables.values():
            for name, column in (table.columns if table is not None else {}).items():
                self._labels.setdefault(name, column.label)

    def form(self, name: str) -> str:
        """Return what a table is called."""
        table = self._tables.get(name)
        return f"{table.label} ({name})" if table is not None and table.label else name

    def told(
        self, table: str, values: Mapping[str, str | None], skipped: tuple[str, ...] = ()
    ) -> Iterator[str]:
        """Go through values, each with what its variable is called."""
        model = self._tables.get(table)
        for name, value in values.items():
            if name in skipped:
                continue
            own = name.rpartition(".")[2]  # a variable of another table comes behind a look-up
            column = model.columns.get(own) if model is not None and own == name else None
            label = column.label if column is not None else self._labels.get(own, "")
            called = f"{label} ({own})" if label else name
            yield f"{called}: {MISSING if value is None else value}"
