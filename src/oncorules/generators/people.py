"""Invented sites and investigators, in the language of the study; no real person or hospital."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """A site: its number and its investigator."""

    number: str
    investigator: str


def draw_sites(count: int, locale: str, seed: int) -> list[Site]:
    """Return sites with investigators.

    Args:
        count: how many.
        locale: of the names, such as nl_NL.
        seed: of the names.
    """
    from faker import Faker

    faker = Faker(locale)
    faker.seed_instance(seed)
    return [Site(f"{number:02}", f"Dr {faker.last_name()}") for number in range(1, count + 1)]
