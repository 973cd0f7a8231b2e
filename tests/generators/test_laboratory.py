"""Worst grades are those assigned, by the limits of CTCAE 3.0 written here a second time."""

import numpy as np
import pytest

from oncorules.generators.laboratory import TESTS, draw_values, usual_values

LOWEST = {"HGB": (6.2, 4.9, 4.0), "WBC": (3.0, 2.0, 1.0), "PLAT": (75, 50, 25)}
"""Below them grades 2, 3 and 4 begin; haemoglobin by the limits in mmol/L and 8.0 and 6.5 g/dL."""


def grade_of(code: str, value: float) -> int:
    """Return the CTCAE 3.0 grade of a value."""
    test = TESTS[code]
    if code == "CREAT":
        return sum(value > limit * test.high for limit in (1, 1.5, 3, 6))
    return (value < test.low) + sum(value < limit for limit in LOWEST[code])


def measured(code: str, worst: int, samples: int, seed: int) -> list[float]:
    """Return the values of one series of samples."""
    steps = draw_values(
        TESTS[code], np.array([worst]), np.array([samples]), np.arange(samples),
        np.zeros(samples, int), np.random.default_rng(seed),
    )  # fmt: skip
    return (steps / 10 ** TESTS[code].decimals).tolist()


@pytest.mark.parametrize("code", list(TESTS))
@pytest.mark.parametrize("worst", range(5))
def test_the_worst_of_all_samples_has_the_assigned_grade(code, worst):
    for seed in range(300):
        values = measured(code, worst, 1 + seed % 8, seed)
        assert max(grade_of(code, value) for value in values) == worst


@pytest.mark.parametrize("code", list(TESTS))
def test_a_usual_value_has_no_grade(code):
    steps = usual_values(TESTS[code], 500, np.random.default_rng(1))
    values = steps / 10 ** TESTS[code].decimals
    assert {grade_of(code, value) for value in values.tolist()} == {0}


def test_no_haemoglobin_lies_where_two_units_give_two_grades():
    for worst in range(5):
        for seed in range(500):
            for value in measured("HGB", worst, 3, seed):
                by_mass = value * 16.114  # g/L
                assert (value < 4.9) == (by_mass < 80)
                assert (value < 4.0) == (by_mass < 65)
                assert (value < 6.2) == (by_mass < 100)
