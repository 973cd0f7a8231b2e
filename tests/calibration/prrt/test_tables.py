"""Integer tables with a printed statistic, against scipy."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from oncorules.calibration.prrt.tables import change_tables, response_tables, transitions


def test_one_table_of_responses_prints_the_papers_correlation():
    found = list(response_tables((26, 100, 33, 8), 94, 18, 0.259))
    assert [one.responded for one in found] == [(25, 49, 18, 2)]
    assert found[0].correlation == pytest.approx(0.259, abs=0.0005)


def test_the_table_of_changes_has_the_papers_margins_and_statistic():
    found = list(change_tables((26, 100, 32, 7), 33, 27, 5, 3.47))
    for table in found:
        assert list(table.sum(axis=0)) == [26, 100, 32, 7]
        assert list(table.sum(axis=1)) == [33, 27, 105]
        statistic, _, df, _ = chi2_contingency(table, correction=False)
        assert (round(float(statistic), 2), df) == (3.47, 6)
    assert len(found) == 1


def test_scores_go_over_into_the_later_ones_with_few_steps_of_two():
    found = transitions((9, 93, 64), (14, 91, 61), 33, 27)
    for place, score in enumerate((2, 3, 4)):
        assert sum(k for (old, _), k in found.items() if old == score) == (9, 93, 64)[place]
        assert sum(k for (_, new), k in found.items() if new == score) == (14, 91, 61)[place]
    assert sum(k for (old, new), k in found.items() if new < old) == 33
    assert found[4, 2] == 2


def test_scores_that_cannot_go_over_are_refused():
    with pytest.raises(ValueError, match="no transitions"):
        transitions((0, 10, 0), (10, 0, 0), 0, 10)


def test_no_table_is_left_out_by_the_bounds_of_its_loops():
    found = {table.tobytes() for table in change_tables((3, 4, 2, 2), 3, 2, 1, 5.0)}
    every = set()
    for cells in np.ndindex(4, 4, 3, 3, 3, 3):
        down, up = (
            [cells[0], 3 - cells[0] - 1 - cells[2], 1, cells[2]],
            [cells[3], 0, cells[4], cells[5]],
        )
        up[1] = 2 - up[0] - up[2] - up[3]
        table = np.array(
            [down, up, [n - a - b for n, a, b in zip((3, 4, 2, 2), down, up, strict=True)]]
        )
        if table.min() < 0 or table.sum(axis=1).min() == 0 or table.sum(axis=0).min() == 0:
            continue
        if abs(chi2_contingency(table, correction=False)[0] - 5.0) < 0.005:
            every.add(table.tobytes())
    assert found == every
