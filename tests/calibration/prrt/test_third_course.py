"""The times of the third course are as near to the printed ones as any times can be."""

from itertools import product

import numpy as np
import pytest

pytest.importorskip("numba")

from oncorules.analysis.published.read import find_study
from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.analysis.statistics.median_survival import find_median
from oncorules.calibration.kernel import MONTH
from oncorules.calibration.prrt.counts import Counts
from oncorules.calibration.prrt.third_course import OS, PFS, ThirdTimes
from oncorules.calibration.stages import Anneal, Stages
from oncorules.calibration.targets import read_targets
from oncorules.generators.latent import read_cohort

from .orders import Ends, Printed, groups_of, least_excess, lines_of, orders

STUDY = "van-der-zwan-2018"
# Table 5: overall survival after the third course, and how many they are.
GROUPS = [(1, Printed(18.3)), (2, Printed(29.6)), (1, Printed(17.1)),
          (4, Printed(44.7, 36.4, 53.1)), (2, Printed(17.8)),
          (3, Printed(20.8, 13.5, 28.1))]  # fmt: skip
ALL, FOLLOW_UP = Printed(39.5, 14.4, 64.6), Printed(34.5, 16.5, 52.5)


def median_of(subjects, reverse=False):
    """The product's own median and limits of (months, died)."""
    curve = fit_survival(*zip(*subjects, strict=True), reverse=reverse)
    found = find_median(curve, interval="spss")
    return found.value, found.low, found.high


def test_orders_of_two_ends():
    assert len(list(orders(2))) == 2 * 2 + 3  # two days with one each, or one day with both
    assert len(set(orders(4))) == len(list(orders(4)))


def test_an_order_fixes_the_limits_as_the_product_computes_them():
    """Four deaths: the median is the second, half an interval 0.98 times the first to the third."""
    days = [3.0, 7.0, 9.0, 20.0]
    median, low, high = median_of([(day, 1) for day in days])
    lines = lines_of((Ends(1, 0),) * 4, Printed(median, low, high))
    assert lines is not None
    for terms, bound in lines:
        assert sum(days[place] * factor for place, factor in terms.items()) <= bound


def test_whatever_was_drawn_and_printed_is_found_again():
    """Three groups of two, on few days so that many ends share one: no excess is left."""
    random = np.random.default_rng(1)
    found = 0
    while found < 8:
        drawn = [(10.0 * int(random.integers(1, 14)), int(random.integers(2))) for _ in range(6)]
        whole, back = Printed(*median_of(drawn)), Printed(*median_of(drawn, reverse=True))
        firsts = [median_of(drawn[place : place + 2])[0] for place in (0, 2, 4)]
        if None in (*whole, *back, *firsts):
            continue
        found += 1
        choices = product(*(groups_of(2, Printed(first)) for first in firsts))
        assert any(least_excess(groups, whole, back) < 1e-6 for groups in choices), drawn


def test_no_times_of_the_third_course_have_all_their_printed_medians():
    """The seven rows of overall survival and the follow-up are never met at once."""
    choices = product(*(groups_of(size, printed) for size, printed in GROUPS))
    excess = min(least_excess(groups, ALL, FOLLOW_UP) for groups in choices)
    assert excess == pytest.approx(0.216, abs=0.001)


def test_the_shipped_cohort_is_within_a_tenth_of_a_month_of_the_best():
    ends = [
        ((subject.ends - course.start) / MONTH, int(subject.died))
        for subject in read_cohort(find_study(STUDY))
        for course in subject.courses
        if course.epoch == "RR-PRRT"
    ]
    assert len(ends) == 13
    median, low, high = median_of(ends)
    assert median == pytest.approx(ALL.median, abs=0.05)
    assert max(abs(low - ALL.low), abs(high - ALL.high)) < 0.216 + 0.05 + 0.1


def test_a_short_search_keeps_histories_that_can_be():
    targets = read_targets(STUDY)
    search = ThirdTimes(Counts(targets, np.random.default_rng(1)).deal(), targets, 1)
    before = len(search.missed())
    search.solve(Stages(1), (Anneal(100_000, 0.3, 0.01),))
    assert len(search.missed()) < before
    assert np.all(search.times[PFS] <= search.times[OS])
    assert np.all((search.low <= search.times) & (search.times <= search.high))
    assert not np.any((search.events[PFS] == 0) & (search.events[OS] == 1))
