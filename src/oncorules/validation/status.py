"""What became of each rule in one run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from oncorules.errors import CallError

Status = Literal["met", "not met", "not evaluable", "no rows in scope", "not run", "broken"]
STATUSES: tuple[Status, ...] = (
    "not met",
    "met",
    "not evaluable",
    "no rows in scope",
    "not run",
    "broken",
)
SEVERITIES = ("error", "warning", "notice")


def refuse_unknown_fail_on(fail_on: str) -> None:
    """Raise CallError when what makes a run fail is neither a severity nor never."""
    if fail_on not in (*SEVERITIES, "never"):
        raise CallError(f'fail-on "{fail_on}" is not error, warning, notice or never')


@dataclass(frozen=True)
class RuleStatus:
    """One rule on one table: how many rows had which answer, and the answer in a word.

    Attributes:
        rule_id: the id of the rule.
        rule_version: the version of the rule, or of its pack.
        pack: the pack that brought it.
        table: the table it was applied to.
        title: the rule in one line.
        severity: error, warning or notice.
        source: document and section.
        met: rows for which the condition is true.
        not_met: rows for which it is false: the findings.
        not_evaluable: rows for which it cannot be decided.
        not_in_scope: rows that `applies_to: where` leaves out.
        status: `not met` when any row fails, `met` when one is met and none fails,
            `not evaluable` when nothing could be decided, `no rows in scope`, `not run`, `broken`.
        reason: why it did not run, or why there was nothing to run on.
    """

    rule_id: str
    rule_version: str
    pack: str
    table: str
    title: str
    severity: str
    source: str
    met: int = 0
    not_met: int = 0
    not_evaluable: int = 0
    not_in_scope: int = 0
    status: Status = "no rows in scope"
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the status as plain data."""
        return asdict(self)

    def counts_against(self, fail_on: str, allow_not_run: bool) -> bool:
        """Tell whether this rule makes a run fail; one that is broken always does.

        Args:
            fail_on: the mildest severity that fails: error, warning, notice; or never.
            allow_not_run: whether a rule that could not run is let pass.
        """
        if self.status == "broken":
            return True
        if fail_on == "never":
            return False
        if SEVERITIES.index(self.severity) > SEVERITIES.index(fail_on):
            return False
        silent = self.status == "not run" and not allow_not_run
        return self.not_met > 0 or silent
