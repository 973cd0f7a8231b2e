"""The findings of a run, one line each, with the site, the visit and what is known of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from oncorules.report.masked import Mask
from oncorules.report.rule_words import Words, words_of
from oncorules.report.tally import Tally
from oncorules.validation.known import Known
from oncorules.validation.whereabouts import Visits, sites_of, visit_of_key

if TYPE_CHECKING:
    from oncorules.validation.findings import FindingRows
    from oncorules.validation.run import ValidationResult

_READ = (
    "finding_id", "values_id", "file", "row", "USUBJID", "key", "values", "message",
)  # fmt: skip


class Line(NamedTuple):
    """One finding.

    Attributes:
        finding_id: its identity.
        values_id: that of the values that decided.
        file: the file of its row, where it has one.
        row: the number of the row in that file, from 1.
        subject: the subject, where the row has one.
        site: the site of the subject; empty when it is not known.
        visit: the visit of the row, where it has one.
        key: the declared key of the row.
        values: what decided, one value for each of the variables of the rule.
        message: what is wrong.
        known: its state, owner, explanation, and since when it is known.
    """

    finding_id: str
    values_id: str
    file: str | None
    row: int | None
    subject: str | None
    site: str
    visit: str | None
    key: Mapping[str, str | None]
    values: tuple[str | None, ...]
    message: str
    known: Known


@dataclass(frozen=True)
class RuleLines:
    """The findings of one rule on one table, and what is the same for all of them.

    Attributes:
        part: the findings in the engine.
        words: what the rule expects.
        shown: the names of the values that each line has.
        variables: what the findings are about: these names, or the column of a structure check.
    """

    part: FindingRows
    words: Words
    shown: tuple[str, ...]
    variables: tuple[str, ...]


class FindingLines:
    """The findings of a run as lines; they are counted on the way."""

    def __init__(self, result: ValidationResult, mask: Mask | None = None) -> None:
        """Take the run.

        Args:
            result: the run.
            mask: hides who the subjects are.
        """
        self._result, self._mask = result, mask
        self._visits = Visits(result.session, result.findings.parts)
        self.words = words_of(result)
        self.sites: Mapping[str, str] = sites_of(result.session)
        self.tally = Tally()

    def rules(self) -> Iterator[RuleLines]:
        """Go through the rules that have findings, in the order of the run."""
        for part in self._result.findings.parts:
            status = part.status
            words = self.words[status.rule_id, status.table]
            shown = tuple(name for name in part.values if name not in words.parameters)
            yield RuleLines(part, words, shown, shown or _column_of(status.rule_id))

    def of(self, rule: RuleLines) -> Iterator[Line]:
        """Go through the findings of one rule, file after file and row after row."""
        result, part, sites, tally = self._result, rule.part, self.sites, self.tally
        mask = self._mask
        status, known = part.status, result.standing.of
        visit_of = self._visits.of(part)
        subjects: set[str] = set()
        for batch in result.session.engine.run(result.findings.query(part)).batches():
            columns = [batch.column(name).to_pylist() for name in _READ]
            for cells in zip(*columns, strict=True):
                finding, decided, file, row, subject, key, values, message = cells
                one, site = known(finding), sites.get(subject, "")
                name = subject if mask is None else mask.subject(subject)
                tally.found[site, name or "", status.severity] += 1
                tally.states[status.severity, one.state] += 1
                if subject:
                    subjects.add(subject)
                parts = json.loads(key)
                visit = visit_of.get((file, row)) or visit_of_key(parts)
                found = json.loads(values)
                told = tuple([found[name] for name in rule.shown])
                line = Line(
                    finding, decided, file, row, subject, site, visit, parts, told, message, one
                )  # fmt: skip
                yield line if mask is None else _masked(line, mask)
        tally.subjects_of[status.rule_id, status.table] = len(subjects)


def _masked(line: Line, mask: Mask) -> Line:
    """Return a finding that tells nobody whom it is about.

    The same values have the same identity, which could be guessed; it is left out.
    """

    def text(told: str) -> str:
        return mask.text(told, line.subject)

    return line._replace(
        finding_id=mask.finding(line.finding_id),
        values_id="",
        file=None if line.file is None else text(line.file),
        subject=mask.subject(line.subject),
        key={name: None if value is None else text(value) for name, value in line.key.items()},
        values=tuple([None if value is None else text(value) for value in line.values]),
        message=text(line.message),
        known=replace(line.known, explanation=text(line.known.explanation)),
    )


def _column_of(rule_id: str) -> tuple[str, ...]:
    """Return the column of a structure check whose column is not there."""
    return (rule_id.split(".")[1],) if rule_id.count(".") == 2 else ()
