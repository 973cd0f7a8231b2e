"""What a reader searches and filters findings with, and the empty table that the script fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from oncorules.report.cell_text import spelled
from oncorules.report.page import heading, paragraph
from oncorules.report.tally import NO_SITE
from oncorules.validation.comparison import CHANGES, WHYS
from oncorules.validation.known import STATES
from oncorules.validation.status import SEVERITIES

SKIP = '<a class="skip" href="#findings">Skip to the findings</a>'
PAGE_SIZES = (25, 50, 100, 250)


@dataclass
class Offered:
    """What can be chosen, each with the number of its findings.

    Attributes:
        rules: by rule.
        severities: by severity.
        sites: by site.
        states: by state.
        changes: by what became of a finding since an earlier run; those that are gone too.
        reasons: by the reason of that.
    """

    rules: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, rule: str, severity: str, site: str, state: str) -> None:
        """Count a finding."""
        self.rules[rule] += 1
        self.severities[severity] += 1
        self.sites[site] += 1
        self.states[state] += 1

    def add_change(self, change: str, reason: str) -> None:
        """Count what became of a finding."""
        self.changes[change] += 1
        self.reasons[reason] += 1


def controls(offered: Offered, nothing: str = "No row breaks a rule.") -> Iterator[str]:
    """Go through the HTML of the findings: the form, the table and the pages of it.

    Args:
        offered: the findings, all of which have gone by.
        nothing: what is said when there is none.
    """
    yield '<section id="findings" tabindex="-1">'
    yield heading("Findings, one by one")
    if not offered.severities and not offered.changes:
        yield paragraph(nothing)
        yield "</section>"
        return
    yield "<noscript><p>Without JavaScript this page shows only the summary.</p></noscript>"
    yield '<form id="filters" role="search" aria-label="Findings" hidden>'
    yield _field("text", "Search", '<input type="search" id="text" autocomplete="off">')
    yield _select("rule", "Rule", dict(sorted(offered.rules.items())))
    yield _select("severity", "Severity", {one: offered.severities[one] for one in SEVERITIES})
    yield _select("site", "Site", dict(sorted(offered.sites.items())))
    yield _field("subject", "Subject", '<input type="search" id="subject" autocomplete="off">')
    yield _select("state", "State", {one: offered.states[one] for one in STATES})
    if offered.changes:
        yield _select("change", "Change", {one: offered.changes[one] for one in CHANGES})
        yield _select("reason", "Reason", {one: offered.reasons[one] for one in WHYS})
    yield '<button type="reset">Show all</button>'
    yield "</form>"
    yield '<p id="status" role="status" aria-live="polite"></p>'
    yield '<div class="wide" role="region" aria-labelledby="status" tabindex="0">'
    yield '<table id="found" aria-label="Findings">'
    yield "<thead><tr></tr></thead><tbody></tbody></table></div>"
    yield '<nav id="pages" aria-label="Pages of findings" hidden>'
    for name, words in (("first", "First"), ("before", "Previous")):
        yield f'<button type="button" id="{name}">{words}</button>'
    yield '<label for="page">Page</label> <input type="number" id="page" min="1" value="1">'
    yield '<span id="of"></span>'
    for name, words in (("next", "Next"), ("last", "Last")):
        yield f'<button type="button" id="{name}">{words}</button>'
    sizes = "".join(
        f"<option{' selected' if size == PAGE_SIZES[1] else ''}>{size}</option>"
        for size in PAGE_SIZES
    )
    yield f'<label for="size">Rows</label> <select id="size">{sizes}</select>'
    yield "</nav></section>"


def _select(name: str, label: str, counts: Mapping[str, int]) -> str:
    """Return a list of what may be chosen, each with the number of its findings."""
    options = "".join(
        f'<option value="{escape(spelled(value) or NO_SITE)}">'
        f"{escape(spelled(value) or NO_SITE)} ({number:,})</option>"
        for value, number in counts.items()
        if number
    )
    every = '<option value="">all</option>'
    return _field(name, label, f'<select id="{name}">{every}{options}</select>')


def _field(name: str, label: str, control: str) -> str:
    return f'<div><label for="{name}">{label}</label>{control}</div>'
