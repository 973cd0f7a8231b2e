"""The findings of two runs as lines: what became of each, and its values before and now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from oncorules.report.masked import Mask
from oncorules.validation.whereabouts import visit_of_key

if TYPE_CHECKING:
    import polars as pl

    from oncorules.validation.comparison import Comparison

GONE = ("not seen", "resolved")
"""What becomes of a finding that the later run does not have."""
LEFT_OUT = "(masked; the subject is not in the export)"
Values = Mapping[str, str | None]


class ChangeLine(NamedTuple):
    """One finding of either run; texts and places are those of the later run where it has them.

    Attributes:
        change: what became of it.
        why: the reason.
        finding_id: its identity.
        rule_id: the rule.
        severity: error, warning or notice.
        table: the table that the rule was applied to.
        site: the site of the subject; empty when it is not known.
        subject: the subject, where the row has one.
        visit: the visit in the key of the row, where it has one.
        file: the file of the row, where it has one.
        row: the number of the row in that file, from 1.
        before: what decided in the earlier run; None when it does not have the finding.
        now: what decided in the later run; None when it does not have the finding.
        message: what is wrong.
        state_before: the state in the earlier run.
        state: the state in the later run.
    """

    change: str
    why: str
    finding_id: str
    rule_id: str
    severity: str
    table: str
    site: str
    subject: str | None
    visit: str | None
    file: str | None
    row: int | None
    before: Values | None
    now: Values | None
    message: str
    state_before: str | None
    state: str | None

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the values, those of the later run first."""
        return tuple({**(self.now or {}), **(self.before or {})})

    @property
    def shown_state(self) -> str:
        """The state in the later run, or where it lacks the finding in the earlier one."""
        return self.state or self.state_before or "new"

    def differs(self, variable: str) -> bool:
        """Tell whether a value is another one than before, where both runs have the finding."""
        if self.before is None or self.now is None:
            return False
        both = variable in self.before and variable in self.now
        return not both or self.before[variable] != self.now[variable]


class ChangeLines:
    """The lines of a comparison."""

    def __init__(self, comparison: Comparison, mask: Mask | None = None) -> None:
        """Take a comparison.

        Args:
            comparison: two runs beside each other.
            mask: hides who the subjects are.
        """
        before, after = comparison.before, comparison.after
        self._sites = {**before.sites, **after.sites}
        self._known = frozenset(mask.subjects) if mask is not None else frozenset[str]()
        self._mask = mask
        if mask is not None:
            gone = dict.fromkeys(before.subjects)
            self._mask = replace(mask, subjects={**gone, **mask.subjects})

    def of(self, rows: pl.DataFrame) -> Iterator[ChangeLine]:
        """Go through rows of the comparison."""
        for row in rows.iter_rows(named=True):
            yield self._line(row)

    def _line(self, row: Mapping[str, Any]) -> ChangeLine:
        subject = row["USUBJID"]
        line = ChangeLine(
            change=row["change"],
            why=row["why"],
            finding_id=row["finding_id"],
            rule_id=row["rule_id"],
            severity=row["severity"],
            table=row["table"],
            site=self._sites.get(subject, ""),
            subject=subject,
            visit=visit_of_key(_parsed(row["key"]) or {}),
            file=row["file"],
            row=row["row"],
            before=_parsed(row["values_before"]),
            now=_parsed(row["values"]),
            message=row["message"],
            state_before=row["state_before"],
            state=row["state"],
        )
        return line if self._mask is None else self._masked(line, self._mask)

    def _masked(self, line: ChangeLine, mask: Mask) -> ChangeLine:
        """Return a line that tells nobody whom it is about.

        Of a subject who is not in the export the number within the study is not known, which may
        stand in any text; texts about such a one are left out.
        """
        subject = line.subject
        unknown = subject is not None and subject not in self._known

        def text(told: str) -> str:
            return LEFT_OUT if unknown else mask.text(told, subject)

        def values(told: Values | None) -> Values | None:
            if told is None:
                return None
            return {name: None if one is None else text(one) for name, one in told.items()}

        return line._replace(
            finding_id=mask.finding(line.finding_id),
            subject=mask.subject(subject),
            file=None if line.file is None else mask.text(line.file, subject),
            before=values(line.before),
            now=values(line.now),
            message=text(line.message),
        )


def _parsed(text: str | None) -> Any:
    return json.loads(text) if text else None
