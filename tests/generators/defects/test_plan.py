"""A plan: kinds with numbers, or a share; what is wrong with it is told with its line."""

from __future__ import annotations

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.generators.defects.catalogue import KINDS
from oncorules.generators.defects.plan import read_plan

ROWS = {"DM": 400, "LB": 20_000, "AE": 10}


@pytest.fixture
def plan(tmp_path):
    """A function from the text of a plan to the plan."""

    def read(text):
        path = tmp_path / "plan.yaml"
        path.write_text(text)
        return read_plan(str(path))

    return read


def test_a_count_is_taken_as_it_is_and_a_share_of_the_rows_of_the_table(plan):
    asked = plan("age-impossible: 3\ndecimal-shifted: 0.1%\n")
    assert asked.numbers(ROWS) == {"age-impossible": 3, "decimal-shifted": 20}


def test_a_share_of_few_rows_is_one_defect(plan):
    assert plan("event-twice: 0.1%\n").numbers(ROWS) == {"event-twice": 1}


def test_a_plain_share_is_spread_over_all_kinds():
    numbers = read_plan("2%").numbers({"LB": 100 * len(KINDS) + 50})
    assert set(numbers) == set(KINDS)
    assert sum(numbers.values()) == 2 * len(KINDS) + 1
    assert set(numbers.values()) == {2, 3}


def test_a_small_share_still_has_each_kind_once():
    assert read_plan("0.5%").numbers(ROWS) | dict.fromkeys(KINDS, 1) == read_plan(
        "0.0001%"
    ).numbers(ROWS)


def test_a_kind_that_does_not_exist_is_told_with_the_nearest_one(plan):
    with pytest.raises(RuleError) as refused:
        plan("age-impossible: 1\nage-imposible: 1\nzebra: 2\n")
    near, unknown = map(str, refused.value.problems)
    assert near == (
        'plan.yaml:2:1: there is no kind of defect "age-imposible"; did you mean "age-impossible"?'
    )
    assert unknown.startswith('plan.yaml:3:1: there is no kind of defect "zebra"; there are death-')


@pytest.mark.parametrize("value", ["-3", "0", "0.5", "many", "true", "3 %%"])
def test_what_is_no_number_of_defects_is_refused_with_its_place(plan, value):
    with pytest.raises(RuleError, match=r"plan\.yaml:2:17: age-impossible: .*expected a whole num"):
        plan(f"event-twice: 1\nage-impossible: {value}\n")


@pytest.mark.parametrize("share", ["150%", "0%"])
def test_a_share_is_more_than_nothing_and_at_most_all(plan, share):
    with pytest.raises(RuleError, match=r"plan\.yaml:1:14: event-twice: .* cannot be had; give"):
        plan(f"event-twice: {share}\n")
    with pytest.raises(CallError, match=rf"--defects {share}: .* cannot be had"):
        read_plan(share)


def test_more_defects_than_rows_are_refused_with_their_line(plan):
    asked = plan("age-impossible: 400\nevent-twice: 11\n")
    with pytest.raises(
        RuleError, match=r"plan\.yaml:2:14: 11 defects event-twice are more than the 10 rows of AE"
    ):
        asked.numbers(ROWS)


def test_a_table_that_is_not_there_is_left_to_the_summary(plan):
    assert plan("dose-negative: 2\n").numbers(ROWS) == {"dose-negative": 2}


@pytest.mark.parametrize("text", ["", "- event-twice\n", "event-twice\n"])
def test_a_plan_is_a_line_per_kind(plan, text):
    with pytest.raises(RuleError, match=r"expected a line `kind: number` per kind"):
        plan(text)


def test_a_kind_stands_once(plan):
    with pytest.raises(RuleError, match=r"plan\.yaml:2:1"):
        plan("event-twice: 1\nevent-twice: 2\n")


@pytest.mark.parametrize("text", ["nowhere.yaml", "half"])
def test_what_is_no_file_and_no_share_is_refused(text):
    with pytest.raises(CallError, match=rf"--defects {text}: is no file and no share; expected a"):
        read_plan(text)
