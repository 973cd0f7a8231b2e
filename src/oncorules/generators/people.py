"""Invented sites, investigators, laboratories and remarks; no real person, hospital or company."""

from __future__ import annotations

from dataclasses import dataclass

REMARKS = 40
"""Remarks of a trial; each stands in many rows."""


@dataclass(frozen=True)
class Site:
    """A site: its number, its investigator, and the laboratory that measures for it."""

    number: str
    investigator: str
    laboratory: str


@dataclass(frozen=True)
class People:
    """Who takes part beside the subjects, and what they write down in free text."""

    sites: tuple[Site, ...]
    remarks: tuple[str, ...]


def draw_people(count: int, locale: str, seed: int) -> People:
    """Return sites, and remarks in the language of the study.

    Args:
        count: how many sites.
        locale: of names and remarks, such as nl_NL.
        seed: of names and remarks.
    """
    from faker import Faker

    faker = Faker(locale)
    faker.seed_instance(seed)
    sites = tuple(
        Site(f"{number:02}", f"Dr {faker.last_name()}", f"Laboratorium {faker.last_name()}")
        for number in range(1, count + 1)
    )
    return People(sites, tuple(faker.sentence(nb_words=5) for _ in range(REMARKS)))
