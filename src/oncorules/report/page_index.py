"""What the blocks of a page share: subjects with their sites, and what is known of findings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from oncorules.report.cell_text import spelled
from oncorules.report.page_columns import page_json
from oncorules.report.tally import NO_SITE
from oncorules.validation.known import Known


class PageIndex:
    """The index of a page; it is whole when all blocks were made."""

    def __init__(self, since: date | None = None) -> None:
        """Begin without a finding.

        Args:
            since: the day of the earlier run, where findings tell what became of them.
        """
        self._subjects: dict[str, tuple[int, str]] = {}
        self._known: dict[Known, int] = {}
        self._since = since
        self.visits = False
        self.rules: list[dict[str, object]] = []

    def subject(self, name: str | None, site: str) -> int | None:
        """Return the place of a subject, None where a row has none."""
        if not name:
            return None
        return self._subjects.setdefault(name, (len(self._subjects), site))[0]

    def known(self, one: Known) -> int:
        """Return the place of what is known of a finding."""
        return self._known.setdefault(one, len(self._known))

    def note_visits(self, visits: Iterable[str | None]) -> None:
        """Remember whether any finding has a visit."""
        self.visits = self.visits or any(visits)

    def as_json(self) -> str:
        """Return the index as JSON; its rules are in the order of the blocks."""
        return page_json(
            {
                "rules": self.rules,
                "subjects": [
                    [spelled(name), spelled(site)] for name, (_, site) in self._subjects.items()
                ],
                "no_site": NO_SITE,
                "visits": self.visits,
                "known": [_told(one) for one in self._known],
                "since": self._since.isoformat() if self._since is not None else "",
            }
        )


def _told(one: Known) -> list[str]:
    days = [day.isoformat() if day is not None else "" for day in (one.first_seen, one.expires)]
    return [one.state, spelled(one.owner), spelled(one.explanation), *days]
