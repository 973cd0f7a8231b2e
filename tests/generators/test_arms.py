"""An invented trial has the numbers of its design; a design that contradicts itself is refused."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from oncorules.errors import DataError, RuleError
from oncorules.generators.arms import ArmsModel
from oncorules.generators.blocks import sampler
from oncorules.generators.design import Design, find_designed, read_design
from oncorules.generators.latent import FOLDER

STUDY = "two-arm-demo"


@pytest.fixture(scope="module")
def design() -> Design:
    return read_design(find_designed(STUDY))


def changed(design: Design, **arm: object) -> ArmsModel:
    """Return the model of a design with another control arm."""
    control = design.arms["CONTROL"].model_copy(update=arm)
    arms = {**design.arms, "CONTROL": control}
    other = design.model_copy(update={"arms": arms})
    assert other.enrolled is not None
    return ArmsModel(other, other.enrolled)


def test_medians_without_progression_are_those_of_the_design(design):
    model = changed(design)
    cohort = model.draw(60_000, np.random.default_rng(1))
    months = cohort.courses.ends / 30.4375
    seen = cohort.courses.ends_by.known
    for arm, median in (("CONTROL", 8.0), ("TREATED", 8.0 * 0.6 ** (-1 / 1.1))):
        rows = cohort.kind.among(arm) & ~cohort.courses.best.among("NE")
        fitted = KaplanMeierFitter().fit(months[rows], seen[rows]).median_survival_time_
        assert fitted == pytest.approx(median, rel=0.03)


def test_worst_grades_have_the_shares_of_the_design(design):
    cohort = changed(design).draw(60_000, np.random.default_rng(2))
    for name, arm in design.arms.items():
        rows = cohort.kind.among(name)
        for test, shares in dict(arm.grades).items():
            found = np.bincount(cohort.courses.grades[test][rows], minlength=5) / rows.sum()
            assert found == pytest.approx([*shares, 0, 0][:5], abs=0.01)


def test_responses_have_the_shares_of_the_design_where_nobody_is_lost(design):
    enrolled = design.enrolled.model_copy(update={"dropout": 0.0})
    cohort = ArmsModel(design, enrolled).draw(60_000, np.random.default_rng(3))
    for name, arm in design.arms.items():
        rows = cohort.kind.among(name)
        for response, share in dict(arm.responses).items():
            found = cohort.courses.best.among(response)[rows].mean()
            assert found == pytest.approx(share, abs=0.01)


def test_shares_that_are_not_all_are_refused(design):
    with pytest.raises(RuleError, match=r"arms\.CONTROL\.responses: the shares add up to 0\.8"):
        changed(design, responses={"PR": 0.3, "SD": 0.2, "PD": 0.3})
    with pytest.raises(RuleError, match=r"arms\.CONTROL\.grades\.HGB: 2 shares add up to 0\.9"):
        changed(design, grades={"HGB": [0.5, 0.4]})


def test_responses_that_the_times_leave_no_room_for_are_refused_with_the_numbers(design):
    with pytest.raises(
        RuleError, match=r"responses: 19\.6% progress within 85 days, before a scan"
    ):
        changed(design, responses={"PR": 0.4, "SD": 0.5, "PD": 0.1})
    with pytest.raises(RuleError, match=r"progress within 141 days, before a response can show"):
        changed(design, responses={"PR": 0.75, "SD": 0.03, "PD": 0.22})


def test_a_design_without_a_model_has_no_sampled_cohort(tmp_path, design):
    folder = tmp_path / "plain"
    (folder / FOLDER).mkdir(parents=True)
    text = (find_designed(STUDY) / FOLDER / "design.yaml").read_text()
    (folder / FOLDER / "design.yaml").write_text(text[: text.index("enrolled:")])
    with pytest.raises(DataError, match=r"has neither sampled: nor arms: with enrolled:"):
        sampler(folder, 1)
