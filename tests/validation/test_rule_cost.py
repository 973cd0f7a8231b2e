"""What a rule costs: rows, rows in scope, and the median of its times."""

import pytest

from oncorules.rules.session import open_session
from oncorules.validation.rule_cost import RuleCost, above, measure_rules

EX = """
USUBJID | EXSEQ | EXDOSE
A       | 1     | 5
A       | 2     | 0
B       | 1     | .
"""


class Clock:
    """A clock whose five runs of a rule take 1, 9, 2, 3 and 8 ms."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls = 0

    def __call__(self) -> float:
        if self.calls % 2:
            self.now += (0.001, 0.009, 0.002, 0.003, 0.008)[self.calls // 2 % 5]
        self.calls += 1
        return self.now


@pytest.fixture
def costs(desk):
    def measure(*rules: str, **tables: str) -> list[RuleCost]:
        """The costs of some rules."""
        with open_session(desk.export(**tables), [desk.pack(*rules)], jobs=1) as session:
            return measure_rules(session, clock=Clock())

    return measure


def test_rows_out_of_scope_are_read_and_not_looked_at(costs) -> None:
    rule = "applies_to: {table: EX, where: EXDOSE > 0}\ncondition: EXDOSE < 9"
    [cost] = costs(rule, EX=EX)
    assert (cost.rule_id, cost.table, cost.rows, cost.in_scope) == ("R1", "EX", 3, 2)


def test_the_time_is_the_median_of_five(costs) -> None:
    [cost] = costs("applies_to: {table: EX}\ncondition: EXDOSE < 9", EX=EX)
    assert cost.milliseconds == pytest.approx(3)


def test_a_rule_that_reads_a_derived_table_counts_the_rows_of_its_own(costs) -> None:
    rule = """
    applies_to: {table: EX}
    lookups: {subject: {from: DM, take: only}}
    condition: EXDOSE < subject.AGE
    """
    [cost] = costs(rule, EX=EX, DM="USUBJID | AGE\nA | 70")
    assert (cost.rows, cost.in_scope) == (3, 3)


def test_a_rule_whose_table_is_not_there_is_left_out(costs) -> None:
    first = "applies_to: {table: EX}\ncondition: EXDOSE < 9"
    second = "applies_to: {table: LB}\ncondition: LBSEQ > 0"
    assert [cost.rule_id for cost in costs(first, second, EX=EX)] == ["R1"]


def test_a_budget_names_what_takes_longer() -> None:
    costs = [RuleCost("A", "EX", 1, 1, 51.0), RuleCost("B", "EX", 1, 1, 50.0)]
    assert [cost.rule_id for cost in above(costs, 50)] == ["A"]
