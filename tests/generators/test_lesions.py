"""Scans give the assigned response, by the limits of RECIST 1.1 written here a second time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.generators.lesions import Scan, draw_lesions


def judged(scans: list[Scan]) -> list[str]:
    """Return the response at each scan after the baseline, by the guideline's limits."""
    base = sum(scans[0].diameters)
    least, found = base, []
    for scan in scans[1:]:
        total = sum(scan.diameters)
        if scan.new_lesion or (5 * total >= 6 * least and total >= least + 5):
            found.append("PD")
        elif total == 0:
            found.append("CR")
        elif 10 * total <= 7 * base:
            found.append("PR")
        else:
            found.append("SD")
        least = min(least, total)
    return found


@given(
    st.sampled_from(["PR", "SD", "PD"]), st.integers(190, 3000), st.integers(0, 200),
    st.booleans(), st.sampled_from(["PR", "SD"]), st.integers(0, 2**32),
)  # fmt: skip
def test_the_best_response_and_the_day_of_progression_are_those_assigned(
    best, ends, last_cycle, progresses, at_3_months, seed
):
    ends += last_cycle
    progresses = progresses or best == "PD"
    random = np.random.default_rng(seed)
    scans = draw_lesions(best, last_cycle, ends, progresses, at_3_months, random).scans
    found = judged(scans)
    assert found == [scan.response for scan in scans[1:]]
    order = ("PR", "SD", "PD")
    assert min(found, key=order.index) == best
    assert ("PD" in found) == progresses
    assert scans[-1].day == ends
    assert found.index("PD") == len(found) - 1 if progresses else True
    assert [scan.day for scan in scans] == sorted({scan.day for scan in scans})


@pytest.mark.parametrize("seed", range(20))
def test_a_complete_response_has_no_lesion_left_and_ends_with_a_new_one(seed):
    random = np.random.default_rng(seed)
    scans = draw_lesions("CR", 168, 1500, True, "CR", random).scans
    assert "CR" in judged(scans)
    assert scans[-1].new_lesion
    assert all(
        scan.diameters == [0] * len(scan.diameters) for scan in scans if scan.response == "CR"
    )


def test_target_lesions_are_measurable_and_at_most_two_in_an_organ():
    for seed in range(200):
        lesions = draw_lesions("SD", 168, 900, True, "SD", np.random.default_rng(seed))
        assert all(size >= 10 for size in lesions.scans[0].diameters)
        assert 1 <= len(lesions.organs) <= 5
        assert max(lesions.organs.count(organ) for organ in lesions.organs) <= 2


def test_who_is_not_evaluable_has_scans_without_measurements():
    scans = draw_lesions("NE", 168, 900, False, "", np.random.default_rng(1)).scans
    assert len(scans) > 1
    assert all(not scan.diameters and scan.response == "NE" for scan in scans[1:])
