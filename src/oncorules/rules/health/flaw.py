"""What can be wrong with a rule that nothing else would tell."""

from __future__ import annotations

from dataclasses import dataclass

SOLVED = "solved"
"""No row at all is possible: a proof."""
READ = "read"
"""The rule was read, and nothing in it names the part."""


@dataclass(frozen=True)
class Flaw:
    """One part of a rule that can never happen, or changes nothing.

    Attributes:
        place: `file:line:column`.
        rule_id: the rule, derived table or term.
        text: what is wrong: `never true`, `redundant: every answer is the same without it`, ...
        known: `solved`, `read`, or how many rows were sampled.
        clause: the part of the rule in its own words.
    """

    place: str
    rule_id: str
    text: str
    known: str
    clause: str

    def __str__(self) -> str:
        """Return the line that a rule author sees."""
        return f"{self.place}: {self.rule_id}: {self.text}: {self.clause} ({self.known})"
