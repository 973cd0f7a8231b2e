"""What a reader searches and filters findings with, and the empty table that the script fills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from oncorules.report.cell_text import spelled
from oncorules.report.page import heading, paragraph
from oncorules.report.tally import NO_SITE
from oncorules.validation.known import STATES
from oncorules.validation.status import SEVERITIES

if TYPE_CHECKING:
    from oncorules.report.findings_data import FindingsData

SKIP = '<a class="skip" href="#findings">Skip to the findings</a>'
PAGE_SIZES = (25, 50, 100, 250)


def controls(data: FindingsData) -> Iterator[str]:
    """Go through the HTML of the findings: the form, the table and the pages of it.

    Args:
        data: the findings, all of which have gone by.
    """
    tally = data.lines.tally
    yield '<section id="findings" tabindex="-1">'
    yield heading("Findings, one by one")
    total = sum(tally.states.values())
    if not total:
        yield paragraph("No row breaks a rule.")
        yield "</section>"
        return
    yield "<noscript><p>Without JavaScript this page shows only the summary.</p></noscript>"
    severities: Counter[str] = Counter()
    states: Counter[str] = Counter()
    sites: Counter[str] = Counter()
    for (severity, state), number in tally.states.items():
        severities[severity] += number
        states[state] += number
    for (site, _, _), number in tally.found.items():
        sites[site] += number
    rules = Counter[str]()
    for rule in data.rules:
        rules[rule.part.status.rule_id] += rule.part.status.not_met
    yield '<form id="filters" role="search" aria-label="Findings" hidden>'
    yield _field("text", "Search", '<input type="search" id="text" autocomplete="off">')
    yield _select("rule", "Rule", dict(sorted(rules.items())))
    yield _select("severity", "Severity", {one: severities[one] for one in SEVERITIES})
    yield _select("site", "Site", dict(sorted(sites.items())))
    yield _field("subject", "Subject", '<input type="search" id="subject" autocomplete="off">')
    yield _select("state", "State", {one: states[one] for one in STATES})
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
