"""Which clauses of a condition are ways out of it, and which are what it claims."""

import pytest

from oncorules.validation.coverage.ways_out import Demand, find_demands


def only(condition: str, *parameters: str) -> Demand:
    [demand] = find_demands(condition, parameters)
    return demand


def test_a_comparison_alone_has_no_way_out() -> None:
    assert only("AGE >= 18") == Demand("AGE >= 18", (), ("AGE >= 18",))


@pytest.mark.parametrize(
    "way",
    ["AEENDTC is null", "AEOUT <> 'FATAL'", "not AESER = 'Y'", "AEOUT not in ('FATAL')"],
)
def test_what_is_missing_other_or_denied_is_a_way_out(way) -> None:
    demand = only(f"{way} or AESTDTC <= AEENDTC")
    assert demand.ways_out == (way,)
    assert demand.claims == ("AESTDTC <= AEENDTC",)


def test_that_something_is_there_is_a_claim() -> None:
    assert only("AEENDTC is not null or not (AEENRTPT is null)").ways_out == ()


def test_what_parameters_alone_decide_is_a_way_out() -> None:
    demand = only("open_ends = 'allowed' or EXENDTC = EXSTDTC", "open_ends")
    assert demand.ways_out == ("open_ends = 'allowed'",)
    assert only("open_ends = 'allowed' or EXENDTC = EXSTDTC").ways_out == ()


def test_where_every_clause_is_a_way_out_by_its_form_they_are_the_claims() -> None:
    demand = only("ARMCD is null or ACTARMCD is null")
    assert demand.ways_out == ()
    assert demand.claims == ("ARMCD is null", "ACTARMCD is null")


def test_each_part_of_an_and_is_a_demand_of_its_own() -> None:
    first, second = find_demands("AESEQ > 0 and (AEENDTC is null or AEENDTC > AESTDTC)", ())
    assert first.ways_out == () and first.claims == ("AESEQ > 0",)
    assert second.ways_out == ("AEENDTC is null",)


def test_several_clauses_that_are_missing_together_are_one_way_out() -> None:
    demand = only("(AESTDTC is null and AEENDTC is null) or AESTDTC <= AEENDTC")
    assert demand.ways_out == ("AESTDTC is null and AEENDTC is null",)


def test_lines_of_a_case_that_say_true_are_a_way_out() -> None:
    demand = only("case when AESER = 'Y' then AEOUT is not null else true end")
    assert demand.ways_out == ("CASE WHEN AESER = 'Y' THEN FALSE ELSE TRUE END",)


def test_a_case_without_a_line_that_says_true_has_no_way_out() -> None:
    assert only("case when AESER = 'Y' then AESEQ > 1 else AESEQ > 2 end").ways_out == ()
