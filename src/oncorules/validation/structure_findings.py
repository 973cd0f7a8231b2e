"""From the structure contract to findings (the contract itself: structure.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oncorules.rules.session import Session
from oncorules.validation.findings import FindingRows
from oncorules.validation.status import RuleStatus
from oncorules.validation.structure import Way, run_structure


def run_structure_checks(
    session: Session,
    way: Way,
    rules: Sequence[str],
    exclude: Sequence[str],
    progress: Callable[[str, int, int], None] | None,
) -> tuple[list[RuleStatus], list[FindingRows]]:
    """Return the status of every structure check and the findings.

    Args:
        session: with the export loaded.
        way: `pandera`, `sql` or `none`.
        rules: ids to run; structure checks are those with a dot, such as `LB.LBSTRESN.type`.
        exclude: ids to leave out.
        progress: called with what is being done, how many steps are done, and of how many.
    """
    named = [name for name in rules if "." in name]
    if rules and not named:
        return [], []  # only content rules were asked for
    result = run_structure(
        session.engine,
        session.workspace.model,
        way,
        rules=named,
        exclude=[name for name in exclude if "." in name],
        progress=progress,
    )
    return list(result.statuses), result.finding_rows()
