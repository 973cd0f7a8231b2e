"""From the structure contract to findings (the contract itself: structure.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oncorules.rules.session import Session
from oncorules.validation.findings import FindingRows
from oncorules.validation.status import RuleStatus


def run_structure_checks(
    session: Session,
    way: str,
    rules: Sequence[str],
    exclude: Sequence[str],
    progress: Callable[[str, int, int], None] | None,
) -> tuple[list[RuleStatus], list[FindingRows]]:
    """Return the status of every structure check and the findings."""
    return [], []
