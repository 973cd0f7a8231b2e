"""What a user chose for the reports of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oncorules.report.masked import Mask

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult
    from oncorules.validation.status import RuleStatus


@dataclass(frozen=True)
class Choices:
    """What a user chose for the reports of a run.

    Attributes:
        listed: options of the call that reports list.
        fail_on: the mildest severity that makes a run fail.
        allow_not_run: whether a rule that could not run is let pass.
        mask: hides who the subjects are; None where they may be named.
    """

    listed: Mapping[str, object] = field(default_factory=dict)
    fail_on: str = "error"
    allow_not_run: bool = False
    mask: Mask | None = None

    def told(self, text: str) -> str:
        """Return a text about the run as it may be told: an engine may quote a value."""
        return text if self.mask is None else self.mask.text(text)

    def fails(self, result: ValidationResult, rule: RuleStatus) -> bool:
        """Tell whether a rule makes the run fail."""
        return result.standing.counts_against(rule, self.fail_on, self.allow_not_run)
