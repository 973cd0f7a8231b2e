"""What is known of a finding from earlier runs: its state, who has it, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

State = Literal["new", "open", "sent", "answered", "accepted", "reopened"]
WRITTEN_STATES: tuple[State, ...] = ("open", "sent", "answered", "accepted")
"""The states that a person gives; `new` and `reopened` are worked out by each run."""
STATES: tuple[State, ...] = ("new", "reopened", *WRITTEN_STATES)


@dataclass(frozen=True)
class Known:
    """What is known of one finding; runs hand these on by `finding_id`.

    Attributes:
        state: `open`, `sent`, `answered` or `accepted` as a person wrote it; `new` where nobody
            has yet; `reopened` where an acceptance no longer holds.
        owner: who has it in hand; empty when nobody does.
        explanation: why it is as it is, in the owner's words; text, never a formula.
        expires: the last day on which an acceptance holds; None when it holds for good.
        values_id: the values that decided when the state was given; empty when not known.
        first_seen: the day of the run that first had it; None when not known.
    """

    state: State
    owner: str = ""
    explanation: str = ""
    expires: date | None = None
    values_id: str = ""
    first_seen: date | None = None
