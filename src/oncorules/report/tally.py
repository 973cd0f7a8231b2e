"""What is counted while the findings of a run go by: by subject, site, severity and state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from oncorules.validation.status import SEVERITIES

NO_SUBJECT, NO_SITE = "(no subject)", "(not known)"


@dataclass
class Tally:
    """What is counted while the findings go by.

    Attributes:
        subjects_of: by rule and table, the subjects with a finding.
        found: findings by site, subject and severity.
        states: findings by severity and state.
    """

    subjects_of: dict[tuple[str, str], int] = field(default_factory=dict)
    found: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    states: Counter[tuple[str, str]] = field(default_factory=Counter)

    def by_subject(self) -> list[list[str | int]]:
        """Return the subjects with findings, those of one site together.

        Each has its name, its site, its findings, and those of each severity.
        """
        counts: dict[tuple[str, str], Counter[str]] = {}
        for (site, subject, severity), number in self.found.items():
            counts.setdefault((site, subject), Counter())[severity] += number
        return [
            [subject or NO_SUBJECT, site, *_numbers(counts[site, subject])]
            for site, subject in sorted(counts)
        ]

    def by_site(self, sites: Mapping[str, str]) -> list[list[str | int | None]]:
        """Return the sites of the export, those without findings too.

        Each has its name, its subjects, those with findings, its findings, and those of each
        severity.

        Args:
            sites: the site of each subject.
        """
        subjects = Counter(sites.values())
        counts: dict[str, Counter[str]] = {site: Counter() for site in subjects}
        found: dict[str, set[str]] = {}
        for (site, subject, severity), number in self.found.items():
            counts.setdefault(site, Counter())[severity] += number
            found.setdefault(site, set()).update([subject] if subject else [])
        return [
            [
                site or NO_SITE,
                subjects[site] if site else None,
                len(found.get(site, ())),
                *_numbers(counts[site]),
            ]
            for site in sorted(counts)
        ]


def _numbers(counts: Counter[str]) -> list[int]:
    return [counts.total(), *(counts[severity] for severity in SEVERITIES)]
