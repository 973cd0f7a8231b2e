"""Scans give the assigned response, by the limits of RECIST 1.1 written here a second time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.generators.coded import Coded
from oncorules.generators.cohort import Courses
from oncorules.generators.design import Schedule
from oncorules.generators.lesions import NODE, ORGANS, Lesions, draw_lesions
from oncorules.generators.scans import RESPONSES, Scans, plan_scans

SCHEDULE = Schedule(after="last cycle", days=[42, 91, 182], then_every=182, off=(3, 10))


def courses_of(best: str, ends: int, *, progresses: bool, late: bool = False) -> Courses:
    """Return one course with what its scans must show."""
    nothing = Coded.of([None])
    return Courses(
        subject=np.array([0]), epoch=Coded.of(["I-PRRT"]), start=np.array([0]),
        cycles=np.array([4]), dose=np.array([296]), best=Coded.of([best]), ends=np.array([ends]),
        ends_by=Coded.of(["RECIST" if progresses else None]), late=np.array([late]),
        reduced=nothing, findings={}, grades={}, markers={},
    )  # fmt: skip


def drawn(courses: Courses, last_cycle: int, seed: int) -> tuple[Scans, Lesions]:
    random = np.random.default_rng(seed)
    scans = plan_scans(courses, np.array([last_cycle]), SCHEDULE, random)
    return scans, draw_lesions(scans, 1, random)


def judged(scans: Scans, lesions: Lesions) -> list[str]:
    """Return the response at each scan after the baseline, by the guideline's limits."""
    sizes = np.where(lesions.sizes < 0, 0, lesions.sizes)
    node = lesions.organs[0] == ORGANS.index(NODE)
    sums = sizes.sum(axis=1).tolist()
    base = least = sums[0]
    found = []
    for number in range(1, len(sums)):
        total = sums[number]
        normal = bool(np.all(np.where(node, sizes[number] < 10, sizes[number] == 0)))
        if (
            lesions.new[number]
            or lesions.unequivocal[number]
            or (5 * total >= 6 * least and total >= least + 5)
        ):
            found.append("PD")
        elif normal:
            found.append("CR")
        elif 10 * total <= 7 * base:
            found.append("PR")
        else:
            found.append("SD")
        least = min(least, total)
    return found


def responses(scans: Scans) -> list[str]:
    return [RESPONSES[code] for code in scans.response[1:].tolist()]


@given(
    st.sampled_from(["CR", "PR", "SD", "PD"]), st.integers(300, 3000), st.integers(0, 200),
    st.booleans(), st.booleans(), st.integers(0, 2**32),
)  # fmt: skip
def test_the_best_response_and_the_day_of_progression_are_those_assigned(
    best, ends, last_cycle, progresses, late, seed
):
    ends += last_cycle
    progresses = progresses or best == "PD"
    scans, lesions = drawn(
        courses_of(best, ends, progresses=progresses, late=late), last_cycle, seed
    )
    found = judged(scans, lesions)
    assert found == responses(scans)
    assert min(found, key=("CR", "PR", "SD", "PD").index) == best
    assert ("PD" in found) == progresses
    assert scans.day[-1] == ends
    assert found.index("PD") == len(found) - 1 if progresses else True
    assert scans.day.tolist() == sorted(set(scans.day.tolist()))


@pytest.mark.parametrize("seed", range(40))
def test_after_a_complete_response_progression_is_a_new_lesion(seed):
    scans, lesions = drawn(courses_of("CR", 1500, progresses=True), 168, seed)
    assert "CR" in judged(scans, lesions)
    assert lesions.new[-1] > 0


def test_progression_comes_by_growth_by_a_new_lesion_and_by_the_non_target_lesion():
    roads = set()
    for seed in range(60):
        _, lesions = drawn(courses_of("SD", 900, progresses=True), 168, seed)
        new, other = bool(lesions.new[-1]), bool(lesions.unequivocal[-1])
        grown = bool((lesions.sizes[-1] > lesions.sizes[-2]).any())
        assert [new, other, grown].count(True) == 1
        roads.add((new, other, grown))
    assert len(roads) == 3


def test_target_lesions_are_measurable_and_at_most_two_in_an_organ():
    nodes = 0
    for seed in range(200):
        _, lesions = drawn(courses_of("SD", 900, progresses=True), 168, seed)
        organs = lesions.organs[0][lesions.organs[0] >= 0]
        named = [ORGANS[code] for code in organs.tolist()]
        least = [15 if organ == NODE else 10 for organ in named]
        assert all(lesions.sizes[0][: len(named)] >= least)
        assert 1 <= len(named) <= 5
        assert max(named.count(organ) for organ in named) <= 2
        assert len(set(organs.tolist())) == len(named)
        nodes += NODE in named
    assert 20 < nodes < 180


def test_who_is_not_evaluable_has_scans_without_measurements():
    scans, _ = drawn(courses_of("NE", 900, progresses=False), 168, 1)
    assert len(responses(scans)) > 1
    assert set(responses(scans)) == {"NE"}
