"""Rules that are met everywhere and were asked nothing; the counts are drawn in each table."""

import pytest

from oncorules.rules.session import open_session
from oncorules.validation.coverage.coverage import measure_coverage
from oncorules.validation.coverage.untested import ALONE, IN_PART, NEVER, Untested

ENDS = """
USUBJID | AESEQ | AESTDTC    | AEENDTC
A       | 1     | 2020-01-01 | .
A       | 2     | 2020-01-01 | .
B       | 1     | 2020-01-01 | {}
"""
OPEN, CLOSED = ENDS.format("."), ENDS.format("2020-01-02")


@pytest.fixture
def untested(desk):
    def find(rule: str, more: str = "", **tables: str) -> list[Untested]:
        """What is said of one rule."""
        with open_session(desk.export(**tables), [desk.pack(rule, more=more)], jobs=1) as session:
            return list(measure_coverage(session).rules)

    return find


MISSING = """
applies_to: {table: AE}
condition: AESTDTC <= AEENDTC
if_missing: {AEENDTC: met}
"""
OR = "applies_to: {table: AE}\ncondition: AEENDTC is null or AESTDTC <= AEENDTC"


def test_a_rule_that_every_row_meets_since_a_value_is_missing_was_not_put_to_the_test(
    untested,
) -> None:
    [one] = untested(MISSING, AE=OPEN)
    assert (one.rule_id, one.table, one.state, one.rows) == ("R1", "AE", NEVER, 3)
    assert one.reason == "AESTDTC <= AEENDTC: 3 since AEENDTC is missing"


def test_a_rule_whose_first_part_is_true_on_every_row_was_not_put_to_the_test(untested) -> None:
    [one] = untested(OR, AE=OPEN)
    assert one.state == NEVER
    assert one.reason == "AEENDTC is null or AESTDTC <= AEENDTC: 3 by AEENDTC is null"


@pytest.mark.parametrize("rule", [MISSING, OR])
def test_one_row_that_is_asked_is_a_test(untested, rule) -> None:
    assert untested(rule, AE=CLOSED) == []


def test_a_rule_that_some_row_breaks_was_put_to_the_test(untested) -> None:
    assert untested(OR, AE=ENDS.format("2019-12-31")) == []


def test_a_rule_without_a_way_out_that_is_met_is_a_pass(untested) -> None:
    assert untested("applies_to: {table: AE}\ncondition: AESEQ > 0", AE=OPEN) == []


def test_a_bare_name_that_means_a_look_up_is_a_way_out_as_well(untested) -> None:
    rule = """
    applies_to: {table: AE}
    lookups: {subject: {from: DM, take: only}}
    condition: AESTDTC <= subject.DTHDTC
    if_missing: {DTHDTC: met}
    """
    [one] = untested(rule, AE=OPEN, DM="USUBJID | DTHDTC\nA | .\nB | .")
    assert one.reason == "AESTDTC <= subject.DTHDTC: 3 since DTHDTC is missing"
    assert untested(rule, AE=OPEN, DM="USUBJID | DTHDTC\nA | .\nB | 2021-01-01") == []


def test_rows_out_of_scope_are_no_test(untested) -> None:
    rule = f"{OR}\n".replace("{table: AE}", "{table: AE, where: USUBJID = 'A'}")
    [one] = untested(rule, AE=CLOSED)
    assert (one.state, one.rows) == (NEVER, 2)


def test_a_row_that_is_not_evaluable_is_no_test_and_is_not_counted_as_met(untested) -> None:
    unknown = CLOSED.replace("B       | 1     | 2020-01-01", "B       | 1     | .")
    [one] = untested(OR, AE=unknown)
    assert (one.state, one.rows) == (NEVER, 2)


def test_a_part_that_was_never_asked_is_told_beside_one_that_was(untested) -> None:
    rule = "applies_to: {table: AE}\ncondition: AESEQ > 0 and (AEENDTC is null or AESEQ > 5)"
    [one] = untested(rule, AE=OPEN)
    assert one.state == IN_PART
    assert one.reason == "AEENDTC is null or AESEQ > 5: 3 by AEENDTC is null"


def test_of_two_claims_that_one_alone_meets_the_other_is_named(untested) -> None:
    rule = "applies_to: {table: AE}\ncondition: AESEQ < 9 or AESTDTC < '2000-01-01'"
    [one] = untested(rule, AE=OPEN)
    assert one.state == ALONE
    assert one.reason == "AESEQ < 9; on no row AESTDTC < '2000-01-01'"


def test_two_claims_that_both_held_somewhere_are_not_told_of(untested) -> None:
    rule = "applies_to: {table: AE}\ncondition: AESEQ = 1 or AESEQ = 2"
    assert untested(rule, AE=OPEN) == []


def test_a_case_that_answers_true_on_every_row_was_not_put_to_the_test(untested) -> None:
    rule = """
    applies_to: {table: AE}
    condition: case when AESEQ > 5 then AEENDTC is not null else true end
    """
    [one] = untested(rule, AE=OPEN)
    assert one.state == NEVER


def test_a_way_out_that_a_window_decides_is_asked_over_the_same_rows(untested) -> None:
    rule = """
    applies_to: {table: AE}
    windows: {same: {per: [USUBJID, AESTDTC], rows: all}}
    condition: count(*) over same <> 3 or AESEQ > 5
    """
    [one] = untested(rule, AE=OPEN)
    assert one.state == NEVER


def test_a_rule_without_rows_in_scope_is_told_with_its_status(untested) -> None:
    [one] = untested("applies_to: {table: AE, where: AESEQ > 7}\ncondition: AESEQ > 0", AE=OPEN)
    assert (one.state, one.rows, one.reason) == ("no rows in scope", 0, "")


def test_a_rule_whose_table_is_missing_says_so(untested) -> None:
    [one] = untested("applies_to: {table: EX}\ncondition: EXSEQ > 0", AE=OPEN)
    assert (one.state, one.reason) == ("no rows in scope", "the export has no table EX")
