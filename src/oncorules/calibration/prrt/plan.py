"""How long each stage of the search is; a short plan makes a quick, bad cohort."""

from __future__ import annotations

from typing import NamedTuple

from oncorules.calibration.stages import Anneal


class Plan(NamedTuple):
    """The stages of the three searches, in the order in which they run."""

    third: tuple[Anneal, ...]
    retreated: tuple[Anneal, ...]
    controls: tuple[Anneal, ...]

    @property
    def stages(self) -> int:
        """How many stages there are."""
        return len(self.third) + len(self.retreated) + len(self.controls)


PLAN = Plan(
    third=(Anneal(20_000_000, 0.3, 0.003),) * 2,
    retreated=(
        Anneal(3_000_000, 0.5, 0.02),
        Anneal(8_000_000, 0.3, 0.005),
        *[Anneal(6_000_000, 0.15, 0.002)] * 4,
    ),
    controls=(
        Anneal(2_000_000, 0.5, 0.02),
        Anneal(4_000_000, 0.2, 0.003),
        *[Anneal(3_000_000, 0.1, 0.002)] * 3,
    ),
)
