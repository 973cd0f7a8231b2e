"""Why controls were not retreated, and why some courses had less than the intended dose."""

from __future__ import annotations

import numpy as np

from oncorules.calibration.prrt.counts import CONTROL, RETREATED, Counts
from oncorules.calibration.prrt.times import RetreatedTimes
from oncorules.calibration.retreated_moves import OS2, PFS2

NO_SALVAGE = {
    "no_uptake": "INSUFFICIENT UPTAKE",
    "renal_or_blood": "RENAL OR HAEMATOLOGICAL",
    "condition": "CLINICAL CONDITION",
    "other_treatment": "OTHER TREATMENT",
    "lost": "LOST TO FOLLOW-UP",
    "died": "DEATH",
    "not_favourable": "STABLE DISEASE NOT FAVOURABLE",
    "waited": "WAIT AND SEE",
    "second_tumour": "SECOND PRIMARY TUMOUR",
    "unclear": "UNCLEAR",
}
REDUCED = {
    "death": "DEATH",
    "progression": "OBJECTIVE PROGRESSION",
    "deterioration": "CLINICAL DETERIORATION",
    "myelosuppression": "MYELOSUPPRESSION",
    "breast_cancer": "SECOND PRIMARY TUMOUR",
    "ulcer": "GASTROINTESTINAL BLEEDING",
    "bone": "DIFFUSE BONE METASTASES",
}


def deal_no_salvage(counts: Counts, random: np.random.Generator) -> None:
    """Give each control the reason why there was no retreatment."""
    value = counts.targets.value
    with counts.targets.dealing():
        wanted = {reason: int(value(analysis, "n")) for analysis, reason in NO_SALVAGE.items()}
        counts.cohort.subjects.deal("NOSALVAG", wanted, counts.members(CONTROL), random)


def deal_reduced(counts: Counts, times: RetreatedTimes, random: np.random.Generator) -> None:
    """Give those with one cycle of the second course the reason; their times must fit."""
    second = counts.cohort.courses["R-PRRT"]
    rows = counts.members(RETREATED)
    best, died = second["BESTRESP"][rows], times.events[OS2] == 1
    one_cycle = ~times.third & (times.times[OS2] > 60) & (times.times[PFS2] > 60)
    # After one cycle the scan at three months is due two months earlier.
    soon = (best == "PD") & one_cycle & (times.times[PFS2] < 118)
    fitting = {
        "death": (best == "DIED"),
        "progression": soon,
        "deterioration": ((best == "CLINICAL PD") | soon) & died,
    }
    for row, reason in REDUCED.items():
        among = fitting.get(row, np.isin(best, ("SD", "PR")) & one_cycle)
        count = counts.count(2, "reasons", row, "n")
        if (
            row == "deterioration"
        ):  # who died that early had one cycle, whatever the reason is called
            early = rows[(best == "DIED") & (second["REDREASN"][rows] == "")]
            second["REDREASN"][early] = reason
            count -= len(early)
        second.deal(
            "REDREASN", {reason: count}, rows[among & (second["REDREASN"][rows] == "")], random
        )
