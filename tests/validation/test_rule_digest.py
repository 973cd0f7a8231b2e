"""The digest of a rule changes when it can find other rows, and with nothing else."""

from __future__ import annotations

import pytest

from oncorules.rules.session import open_session
from oncorules.validation.rule_digest import Digests, RuleDigest

RULE = """
id: R1
severity: warning
applies_to: {table: AE, where: AESEV = 'SEVERE'}
parameters:
  least: {value: 2, source: ours}
condition: >
  AESEQ >= least
  and worst.days < latest
lookups:
  worst: {from: inner, on: [USUBJID], take: only}
message: Number {AESEQ}.
"""
TABLES = """
parameters:
  latest: {value: 10, source: ours}
  unread: {value: 1, source: ours}
  deep: {value: 5, source: ours}
tables:
  outer:
    one_row_per: [USUBJID]
    from: DM
    columns:
      age: {value: AGE}
      old: {value: AGE > deep}
  inner:
    one_row_per: [USUBJID]
    from: outer
    columns:
      days: {value: age + 1}
  other:
    one_row_per: [USUBJID]
    from: DM
    columns:
      days: {value: AGE}
"""
AE = """
USUBJID | AESEQ | AESEV
A       | 1     | SEVERE
"""


@pytest.fixture
def digest(desk):
    """The digest of R1 on AE."""

    def digest(rule: str = RULE, tables: str = TABLES, **options) -> RuleDigest:
        pack = desk.pack(rule, more=tables)
        with open_session(desk.export(AE=AE, DM="USUBJID | AGE\nA | 40"), [pack], **options) as run:
            return Digests(run).all()["R1", "AE"]

    return digest


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("severity: warning", "severity: warning  # to be talked about"),
        ("AESEQ >= least\n  and", "AESEQ   >= least and"),
        ("message: Number {AESEQ}.", "message: The number is {AESEQ}, and no more."),
        ("message: Number {AESEQ}.", ""),
        ("severity: warning", "severity: error"),
        ("severity: warning", "title: another title"),
        ("table: AE,", "table: [AE, CM],"),
        ("value: 2,", "value: 2.0,"),
    ],
)
def test_what_is_only_said_does_not_change_it(digest, was, now):
    assert was in RULE
    assert digest(RULE.replace(was, now)).digest == digest().digest


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("AESEQ >= least", "AESEQ > least"),
        ("'SEVERE'", "'severe'"),
        ("value: 2,", "value: 3,"),
        ("message: Number {AESEQ}.", "message: Number {AESEQ} of {AESEV}."),
        ("from: inner", "from: other"),
        ("take: only}", "take: only}\nif_missing: {AESEQ: met}"),
    ],
)
def test_what_decides_changes_it(digest, was, now):
    assert was in RULE
    assert digest(RULE.replace(was, now)).digest != digest().digest


def test_a_derived_table_behind_another_belongs_to_it(digest):
    assert digest(tables=TABLES.replace("value: AGE > deep", "value: AGE >= deep")) != digest()
    assert digest(tables=TABLES.replace("days: {value: AGE}", "days: {value: AGE + 1}")) == digest()


def test_parameters_that_are_read_belong_to_it_and_others_do_not(digest):
    assert digest(settings={"latest": "11"}).digest != digest().digest
    assert digest(settings={"deep": "6"}).digest != digest().digest
    assert digest(settings={"unread": "2"}) == digest()
    assert digest(settings={"latest": "10"}) == digest()


def test_it_says_what_is_read_of_the_export(digest):
    assert digest().reads == {"AE": ("AESEQ", "AESEV", "USUBJID"), "DM": ("AGE", "USUBJID")}


def test_the_rows_of_the_export_do_not_change_it(desk, digest):
    before = digest()
    pack = desk.pack(RULE, more=TABLES)
    with open_session(desk.export(AE="USUBJID | AETERM\nB | x"), [pack]) as run:
        assert Digests(run).all()["R1", "AE"] == before


def test_the_checks_of_structure_have_one_each(desk):
    with open_session(desk.export(AE=AE), [desk.pack(RULE, more=TABLES)]) as run:
        found = Digests(run).all()
    checks = {name: one for (name, _), one in found.items() if "." in name}
    assert checks["AE.AESEQ.type"].reads == {"AE": ("AESEQ",)}
    assert checks["AE.AESEQ.type"].digest != checks["AE.AESEQ.required"].digest
