"""Which printed medians a search missed, and by how much."""

from math import nan

import numpy as np
import pytest

pytest.importorskip("numba")

from oncorules.calibration.kernel import MONTH
from oncorules.calibration.medians import Missed, median_rows
from oncorules.calibration.targets import MedianTarget, read_targets


def target(median, low=nan, high=nan):
    part = read_targets("van-der-zwan-2018").medians()[0].part
    return MedianTarget("os.all", part, median, low, high)


def test_the_distance_is_that_of_the_worst_number():
    missed = Missed(target(97.8, 31.8, 163.4), (97.77, 31.85, 163.7))
    assert missed.distance == pytest.approx(0.3)


def test_a_limit_that_is_not_printed_has_no_distance():
    assert Missed(target(14.6), (15.0, nan, nan)).distance == pytest.approx(0.4)


def test_rows_are_about_the_subjects_that_the_analysis_selects():
    targets = read_targets("van-der-zwan-2018")
    origin = np.array(["MIDGUT", "HINDGUT", "MIDGUT"])
    rows = median_rows(targets, {"PRIMARY": origin}, lambda where: 0 if "CTRLFL" in where else None)
    by_name = dict(zip([one.name for one in rows.targets], rows.masks.tolist(), strict=True))
    assert len(by_name) == 7
    assert by_name["table-5.os.all.control"] == [True, True, True]
    assert by_name["table-5.os.midgut.control"] == [True, False, True]
    assert by_name["table-5.os.pancreatic.control"] == [False, False, False]
    assert [one.name for one, back in zip(rows.targets, rows.reverse, strict=True) if back] == [
        "table-5.follow_up.months.control"
    ]


def test_a_median_as_printed_is_not_missed_and_one_that_is_off_is():
    targets = read_targets("van-der-zwan-2018")
    rows = median_rows(
        targets,
        {"PRIMARY": np.array(["FOREGUT"])},
        lambda where: 0 if where.get("EPOCH") == ("RR-PRRT",) else None,
    )
    printed = {one.name: one for one in rows.targets}["table-5.os.foregut.rr"]
    for months, missed in ((18.3, False), (18.4, True)):
        times = np.array([[round(months * MONTH)]])
        found = [one.target.name for one in rows.missed(times, np.ones((1, 1), np.int64))]
        assert (printed.name in found) is missed
