"""Cohorts of the paper's size are the same however many are drawn, and keep the paper's sets."""

import numpy as np

from oncorules.calibration.ledger.cohorts import CHUNK, draw_cohorts


def ends(model, cohorts, seed=1):
    drawn = [cohort.ends for cohort, _ in draw_cohorts(model, cohorts, seed)]
    return np.concatenate(drawn).reshape(cohorts, -1)


def test_a_cohort_is_the_same_however_many_are_drawn(model):
    many = ends(model, CHUNK + 2)
    assert (ends(model, 3) == many[:3]).all()
    assert (ends(model, CHUNK + 1) == many[: CHUNK + 1]).all()


def test_cohorts_differ_from_one_another_and_between_seeds(model):
    first, second = ends(model, 2)
    assert (first != second).any()
    assert (ends(model, 1, seed=2)[0] != first).any()


def test_each_cohort_has_the_sets_of_the_paper_with_their_sizes(model):
    ((cohort, _),) = draw_cohorts(model, 4, 3)
    size = len(model.solved)
    courses = np.bincount(cohort.courses.subject)
    wanted = np.bincount(model.solved.courses.subject)
    for place in range(4):
        here = slice(place * size, (place + 1) * size)
        assert (cohort.kind.codes[here] == model.solved.kind.codes).all()
        assert (courses[here] == wanted).all()


def test_nobody_gets_older_than_in_the_twin(model):
    def oldest(cohort):
        last = cohort.courses.last
        age = cohort.age_days[cohort.courses.subject[last]] + cohort.courses.start[last]
        return [age[cohort.kind.among(kind)].max() for kind in ("retreated", "control")]

    ((cohort, _),) = draw_cohorts(model, CHUNK, 3)
    moved_by = 1.02**3  # three standard deviations of a stretch
    assert all(
        now <= before * moved_by
        for now, before in zip(oldest(cohort), oldest(model.solved), strict=True)
    )
