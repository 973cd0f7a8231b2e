"""Why a run could not have had a finding of another: what is not looked at is not resolved."""

from __future__ import annotations

from oncorules.validation.run_folder import Run, RunRule

TABLE = "table not in the export"
COLUMN = "column not in the export"
NOT_RUN = "rule did not run"
UNDECIDED = "rule could decide nothing"
NOT_SELECTED = "rule not selected"
NOT_THERE = "rule not in the packs"
_SILENT = ("not run", "broken")


def unseen_reason(pair: tuple[str, str], run: Run, other: Run) -> str | None:
    """Return why a run could not have had any finding of a rule; None when it could.

    A rule reads more than the one table it is applied to; a run whose export lacks a table or
    column that the other one had for this rule has not looked at the same things.

    Args:
        pair: the rule and its table.
        run: the run that may not have looked.
        other: the run that has the finding.
    """
    rule = run.rules.get(pair)
    known = rule or other.rules.get(pair)
    reads = known.reads if known is not None else {}
    for table in reads:
        if table in other.tables and table not in run.tables:
            return TABLE
    if rule is None:
        return NOT_SELECTED if _left_out(pair[0], run) else NOT_THERE
    for table, columns in reads.items():
        had, has = (one.tables.get(table, frozenset()) for one in (other, run))
        if not (had & set(columns)) <= has:
            return COLUMN
    if rule.status in _SILENT or (rule.status == "no rows in scope" and rule.reason):
        return NOT_RUN
    return UNDECIDED if rule.status == "not evaluable" else None


def undecided(rule: RunRule | None, other: RunRule | None) -> bool:
    """Tell whether a rule leaves more rows open than it did in the other run.

    A finding that is gone then may be a row that was corrected, or one whose values are missing.
    """
    return rule is not None and other is not None and rule.not_evaluable > other.not_evaluable


def _left_out(rule: str, run: Run) -> bool:
    asked = run.asked
    if "." in rule and asked["structure"] == "none":
        return True
    return rule in asked["exclude"] or bool(asked["rules"] and rule not in asked["rules"])
