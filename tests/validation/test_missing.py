"""Tables that a rule needs and the export does not have."""

from __future__ import annotations

import pytest

AE = "USUBJID | AESEQ | AESTDTC\nA | 1 | 2020-01-01"
DM = "USUBJID | RFSTDTC\nA | 2020-01-01"
TABLES = """
tables:
  event:
    one_row_per: [USUBJID]
    from: AE
    columns:
      events: {value: count(*)}
  dated_event:
    one_row_per: [USUBJID, AESEQ]
    from: AE
    lookups:
      subject: {from: DM, take: only}
    columns:
      start: {value: subject.RFSTDTC}
  anyone:
    one_row_per: [USUBJID]
    rows_of: [DM, event]
    if_no_row: {event: {events: 0}}
    columns:
      number:
        value: coalesce(events, 0)
  again:
    one_row_per: [USUBJID]
    from: event
    columns:
      events_again: {value: events}
"""


def status_of(desk, rule: str, **tables: str) -> tuple[str, str]:
    result = desk.run(desk.export(**tables), desk.pack(rule, more=TABLES))
    (only,) = result.rules
    return only.status, only.reason


@pytest.mark.parametrize(
    ("table", "condition"),
    [("AE", "AESEQ > 0"), ("event", "events > 0"), ("again", "events_again > 0")],
)
def test_without_the_table_that_its_rows_come_from_a_rule_has_no_rows(desk, table, condition):
    rule = f"applies_to: {{table: {table}}}\ncondition: {condition}"
    assert status_of(desk, rule, DM=DM) == ("no rows in scope", "the export has no table AE")
    assert status_of(desk, rule, DM=DM, AE=AE) == ("met", "")


def test_without_a_table_that_it_looks_into_a_rule_is_not_run(desk):
    rule = """
    applies_to: {table: AE}
    lookups:
      subject: {from: DM, take: only}
    condition: subject.RFSTDTC is not null
    """
    reason = "it reads DM, which the export does not have"
    assert status_of(desk, rule, AE=AE) == ("not run", reason)
    assert status_of(desk, rule, AE=AE, DM=DM) == ("met", "")


def test_a_look_up_inside_a_derived_table_counts_too(desk):
    rule = "applies_to: {table: dated_event}\ncondition: start is not null"
    reason = "it reads DM, which the export does not have"
    assert status_of(desk, rule, AE=AE) == ("not run", reason)


def test_a_look_up_into_a_derived_table_needs_what_that_table_is_made_from(desk):
    rule = """
    applies_to: {table: DM}
    lookups:
      event: {from: again, take: only}
    condition: event.events_again is not null
    """
    reason = "it reads AE, which the export does not have"
    assert status_of(desk, rule, DM=DM) == ("not run", reason)


def test_a_look_up_into_the_own_table_needs_nothing_else(desk):
    rule = """
    applies_to: {table: AE}
    lookups:
      first: {from: this table, on: [USUBJID], take: first, order: [AESEQ]}
    condition: first.AESEQ = 1
    """
    assert status_of(desk, rule, AE=AE) == ("met", "")


def test_rows_of_several_tables_need_one_of_them(desk):
    rule = "applies_to: {table: anyone}\ncondition: number >= 0"
    assert status_of(desk, rule, DM=DM) == ("met", "")
    assert status_of(desk, rule, AE=AE) == ("met", "")
    lab = "USUBJID | LBSEQ\nA | 1"
    assert status_of(desk, rule, LB=lab) == (
        "no rows in scope",
        "the export has no table AE and no table DM",
    )


def test_a_table_without_rows_is_there(desk):
    rule = "applies_to: {table: AE}\ncondition: AESEQ > 0"
    assert status_of(desk, rule, AE="USUBJID | AESEQ") == ("no rows in scope", "")


def test_a_part_of_a_stack_without_its_table_looks_into_nothing(desk):
    stacked = """
tables:
  dated:
    one_row_per: [USUBJID, VSSEQ]
    from: VS
    lookups:
      other: {from: VS, on: [USUBJID], take: last, order: [VSSEQ]}
    columns:
      last_one: {value: other.VSSEQ}
  both:
    one_row_per: [USUBJID, SRC, SEQ]
    stack:
      - {from: AE, SRC: AE, SEQ: AESEQ}
      - {from: dated, SRC: VS, SEQ: VSSEQ}
"""
    rule = "applies_to: {table: both}\ncondition: SEQ > 0"
    result = desk.run(desk.export(AE=AE), desk.pack(rule, more=stacked))
    assert [(one.status, one.reason) for one in result.rules] == [("met", "")]
