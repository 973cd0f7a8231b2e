"""Rules that are met everywhere and were asked nothing; the counts are drawn in each table."""

from pathlib import Path

import pandas as pd
import pytest

from oncorules.rules.language.formula import parsed
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.session import open_session
from oncorules.validation.coverage.coverage import measure_coverage
from oncorules.validation.coverage.untested import ALONE, IN_PART, NEVER, Untested
from oncorules.validation.coverage.ways_out import find_demands

PILOT = Path(__file__).parents[3].parent / "shared" / "exports" / "cdisc-pilot"

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


@pytest.mark.skipif(not PILOT.is_dir(), reason=f"the CDISC pilot export is not at {PILOT}")
def test_the_pilot_has_a_rule_on_deaths_of_which_pandas_finds_none_among_its_rows() -> None:
    with open_session(PILOT, ["sdtm"], rules=["DS-ALIVE-COMPLETED"]) as session:
        [one] = measure_coverage(session).rules
    people, ends = (
        pd.read_sas(PILOT / name, format="xport", encoding="utf-8") for name in ("dm.xpt", "ds.xpt")
    )
    died = set(people[people["DTHDTC"].fillna("") != ""]["USUBJID"])
    rows = ends[(ends["DSDECOD"] == "COMPLETED") & (ends["DSCAT"] == "DISPOSITION EVENT")]
    assert died and not died & set(rows["USUBJID"])
    assert (one.state, one.rows) == (NEVER, len(rows))


def test_every_way_out_in_the_shipped_checks_is_a_formula_of_the_language() -> None:
    found = [
        text
        for one in load_pack("sdtm").rule_instances
        for demand in find_demands(one.rule.condition, one.rule.parameters)
        for text in (*demand.ways_out, *demand.claims)
    ]
    assert len(found) > 200
    assert all(parsed(text) for text in found)
