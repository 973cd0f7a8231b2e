"""What is told first of two runs: which they were, and what became of their findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oncorules.report.run_summary import SmallTable
from oncorules.validation.comparison import CHANGES

if TYPE_CHECKING:
    from oncorules.validation.comparison import Comparison

MEANING = (
    "A finding is resolved when the later run could have found it and did not; it is not seen when "
    "that run could not have found it."
)
COUNTED = "Changes and why"


def since_line(comparison: Comparison) -> str:
    """Return what became of the findings of the earlier run, in one line."""
    day = comparison.before.date.isoformat()
    counted = [f"{number:,} {change}" for change, number in comparison.counts().items() if number]
    return f"Since the run of {day}: {', '.join(counted) or 'no finding then or now'}"


def comparison_tables(comparison: Comparison) -> Iterator[SmallTable]:
    """Go through the small tables of two runs, in the order in which they are shown."""
    yield SmallTable(
        "The two runs",
        ("run", "date", "study", "findings", "packs"),
        [
            [
                run.name,
                run.date.isoformat(),
                run.study,
                run.findings,
                ", ".join(f"{pack} {version}" for pack, version in run.packs.items()),
            ]
            for run in (comparison.before, comparison.after)
        ],
    )
    yield SmallTable(
        COUNTED, ("change", "why", "findings"), [list(one) for one in comparison.reasons()]
    )
    titles = {
        place: rule.title
        for run in (comparison.before, comparison.after)
        for place, rule in run.rules.items()
    }
    yield SmallTable(
        "Changes by rule",
        ("rule", "table", "severity", *CHANGES, "title"),
        [
            [
                one["rule_id"],
                one["table"],
                one["severity"],
                *(one[change] for change in CHANGES),
                titles.get((one["rule_id"], one["table"])),
            ]
            for one in comparison.rules()
        ],
    )
