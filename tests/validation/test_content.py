"""The status of every rule, and the rows that break one."""

from __future__ import annotations

import pytest
from sqlglot import exp

from oncorules.engine.duckdb import Engine
from oncorules.errors import RuleError
from oncorules.validation.run import ValidationResult

AE = """
USUBJID | AESEQ | AETERM | AESEV    | AESTDTC    | AEENDTC
A       | 1     | COUGH  | MILD     | 2020-01-05 | 2020-01-06
A       | 2     | FEVER  | SEVERE   | 2020-01    | 2020-01-06
B       | 1     | RASH   | .        | 2020-01-05 | 2020-01-01
B       | 2     | PAIN   | MODERATE | .          | 2020-01-01
C       | 1     | COUGH  | MILD     | 2020-01-05 | .
"""
DM = """
USUBJID | RFSTDTC    | DTHDTC
A       | 2020-01-01 | 2020-01-02
B       | 2020-01-01 | .
"""
COUNTS = ("status", "met", "not_met", "not_evaluable", "not_in_scope")


def counts(result: ValidationResult) -> list[tuple[object, ...]]:
    """Return status, met, not met, not evaluable, not in scope of each rule."""
    return [tuple(getattr(rule, name) for name in COUNTS) for rule in result.rules]


def count(desk, rule: str, **tables: str) -> tuple[object, ...]:
    tables = tables or {"AE": AE, "DM": DM}
    (only,) = counts(desk.run(desk.export(**tables), desk.pack(rule)))
    return only


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("AESEQ > 0", ("met", 5, 0, 0, 0)),
        ("AESTDTC <= AEENDTC", ("not met", 1, 1, 3, 0)),
        ("AESEV <> 'SEVERE'", ("not met", 3, 1, 1, 0)),
        ("AESTDTC >= '2020-01-05' or AESEV = 'X'", ("met", 3, 0, 2, 0)),
    ],
)
def test_every_row_is_met_not_met_or_not_evaluable(desk, condition, expected):
    assert count(desk, f"applies_to: {{table: AE}}\ncondition: {condition}") == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("AESEV = 'MILD'", ("met", 2, 0, 1, 2)),
        ("coalesce(AESEV, '') = 'MILD'", ("met", 2, 0, 0, 3)),
        ("AESEV is null", ("met", 1, 0, 0, 4)),
        ("AESEV = 'FATAL'", ("not evaluable", 0, 0, 1, 4)),
        ("coalesce(AESEV, '') = 'FATAL'", ("no rows in scope", 0, 0, 0, 5)),
        ("AESEV is null and AESEV is not null", ("no rows in scope", 0, 0, 0, 5)),
    ],
)
def test_a_row_of_unknown_scope_is_not_evaluable(desk, where, expected):
    rule = f'applies_to: {{table: AE, where: "{where}"}}\ncondition: AESEQ > 0'
    assert count(desk, rule) == expected


@pytest.mark.parametrize(
    ("if_missing", "expected"),
    [
        ("{}", ("not met", 1, 1, 3, 0)),
        ("{AESTDTC: met}", ("not met", 2, 1, 2, 0)),
        ("{AESTDTC: not met}", ("not met", 1, 2, 2, 0)),
        ("{AESTDTC: not evaluable}", ("not met", 1, 1, 3, 0)),
        ("{AESTDTC: out of scope}", ("not met", 1, 1, 2, 1)),
        ("{AESTDTC: met, AEENDTC: out of scope}", ("not met", 2, 1, 1, 1)),
    ],
)
def test_if_missing_decides_rows_on_purpose(desk, if_missing, expected):
    rule = f"""
    applies_to: {{table: AE}}
    condition: AESTDTC <= AEENDTC
    if_missing: {if_missing}
    """
    assert count(desk, rule) == expected


def test_if_missing_is_read_in_its_order_after_the_scope_and_before_the_condition(desk):
    table = """
    USUBJID | AESEQ | AESTDTC | AEENDTC | AESEV
    A       | 1     | .       | .       | MILD
    A       | 2     | .       | .       | SEVERE
    A       | 3     | .       | .       | .
    A       | 4     | .       | 2020    | MILD
    """
    rule = """
    applies_to: {table: AE, where: AESEV = 'MILD'}
    condition: AESTDTC is null and AEENDTC is null and AESEV = 'MILD'
    if_missing: {AEENDTC: %s, AESTDTC: %s}
    """
    assert count(desk, rule % ("not met", "met"), AE=table) == ("not met", 1, 1, 1, 1)
    assert count(desk, rule % ("met", "not met"), AE=table) == ("not met", 1, 1, 1, 1)
    assert count(desk, rule % ("met", "met"), AE=table) == ("met", 2, 0, 1, 1)


def test_if_missing_does_not_take_a_partial_date_for_a_missing_one(desk):
    rule = """
    applies_to: {table: AE, where: AESEQ = 2 and USUBJID = 'A'}
    condition: AESTDTC <= AEENDTC
    if_missing: {AESTDTC: met}
    """
    assert count(desk, rule) == ("not evaluable", 0, 0, 1, 4)


def test_if_missing_of_a_look_up_stands_for_no_row_and_for_no_value(desk):
    rule = """
    applies_to: {table: AE}
    lookups:
      subject: {from: DM, take: only}
    condition: AESTDTC <= subject.DTHDTC
    if_missing: {DTHDTC: met}
    """
    assert count(desk, rule) == ("not met", 3, 1, 1, 0)


def test_a_rule_without_the_column_that_decides_is_not_run(desk):
    bare = "USUBJID | AESEQ\nA | 1"
    result = desk.run(
        desk.export(AE=bare), desk.pack("applies_to: {table: AE}\ncondition: AESEV <> 'X'")
    )
    (only,) = result.rules
    assert (only.status, only.reason) == ("not run", "the export does not have AESEV")
    assert (only.not_evaluable, result.exit_code(), result.exit_code(allow_not_run=True)) == (
        1,
        1,
        0,
    )


def test_a_look_up_without_the_column_that_decides_is_not_run(desk):
    rule = """
    applies_to: {table: AE}
    lookups:
      subject: {from: DM, take: only}
    condition: AESTDTC <= subject.RFPENDTC
    """
    (only,) = desk.run(desk.export(AE=AE, DM=DM), desk.pack(rule)).rules
    assert (only.status, only.reason) == ("not run", "the export does not have DM.RFPENDTC")


def test_a_column_that_is_absent_and_decided_on_purpose_lets_a_rule_run(desk):
    rule = "applies_to: {table: AE}\ncondition: AESER <> 'X'\nif_missing: {AESER: met}"
    assert count(desk, rule) == ("met", 5, 0, 0, 0)
    rule = "applies_to: {table: AE}\ncondition: AESER is not null"
    assert count(desk, rule) == ("not met", 0, 5, 0, 0)


def test_a_rule_on_several_tables_has_a_status_for_each(desk):
    rule = "applies_to: {table: [AE, CM, DM]}\ncondition: USUBJID <> 'B'"
    result = desk.run(desk.export(AE=AE, DM=DM), desk.pack(rule))
    assert [(one.table, one.status) for one in result.rules] == [
        ("AE", "not met"), ("CM", "no rows in scope"), ("DM", "not met"),
    ]  # fmt: skip
    assert result.by_status() == {"not met": 2, "no rows in scope": 1}


def test_statuses_come_in_the_order_of_the_rules(desk):
    pack = desk.pack(
        "id: B\napplies_to: {table: DM}\ncondition: USUBJID <> 'B'",
        "id: A\napplies_to: {table: AE}\ncondition: USUBJID <> 'B'",
        "id: C\napplies_to: {table: DM}\ncondition: USUBJID <> 'A'",
    )
    assert [one.rule_id for one in desk.run(desk.export(AE=AE, DM=DM), pack).rules] == list("BAC")


def test_more_rules_than_one_mask_holds_are_counted_apart(desk):
    rules = [
        f"id: R{number}\napplies_to: {{table: AE}}\ncondition: AESEQ <> {number % 3}"
        for number in range(65)
    ]
    found = counts(desk.run(desk.export(AE=AE), desk.pack(*rules)))
    assert [one[:3] for one in found] == [
        [("met", 5, 0), ("not met", 2, 3), ("not met", 3, 2)][number % 3] for number in range(65)
    ]


BROKEN = "id: BROKEN\napplies_to: {table: AE}\ncondition: AETERM <> 'broken'"
RULES = (
    "id: FIRST\napplies_to: {table: AE}\ncondition: AETERM <> 'COUGH'\nmessage: '{AETERM}.'",
    BROKEN,
    "id: LAST\napplies_to: {table: AE}\ncondition: AESEV <> 'SEVERE'\nmessage: '{AESEV}.'",
    "id: OTHER\napplies_to: {table: DM}\ncondition: DTHDTC is null",
)


@pytest.fixture
def broken(monkeypatch):
    """An engine that refuses every query with the text 'broken' in it."""
    for method in ("store", "store_unordered"):
        monkeypatch.setattr(Engine, method, _refusing(getattr(Engine, method)))


def _refusing(real):
    def store(self: Engine, name: str, tree: exp.Query, **options: bool) -> None:
        import duckdb

        if any(text.name == "broken" for text in tree.find_all(exp.Literal)):
            raise duckdb.BinderException("Binder Error: made for this test\nmore lines")
        real(self, name, tree, **options)

    return store


def test_a_rule_that_the_engine_refuses_is_broken_and_says_why(desk, broken):
    (only,) = desk.run(desk.export(AE=AE), desk.pack(BROKEN)).rules
    assert only.status == "broken"
    assert only.reason == "the engine refused it (Binder Error)"
    assert (only.met, only.not_met, only.not_evaluable) == (0, 0, 0)


def test_one_broken_rule_does_not_silence_the_others(desk, broken):
    result = desk.run(desk.export(AE=AE, DM=DM), desk.pack(*RULES))
    assert [(one.rule_id, one.status) for one in result.rules] == [
        ("FIRST", "not met"), ("BROKEN", "broken"), ("LAST", "not met"), ("OTHER", "not met"),
    ]  # fmt: skip
    found = [(one.rule_id, one.row, one.message) for one in result.findings.rows()]
    assert found == [
        ("FIRST", 1, "COUGH."), ("FIRST", 5, "COUGH."), ("LAST", 2, "SEVERE."),
        ("OTHER", 1, "a rule"),
    ]  # fmt: skip
    assert [one.rule_id for one in result.findings.worst(4)] == ["FIRST", "LAST", "OTHER", "FIRST"]


def test_the_findings_beside_a_broken_rule_are_those_without_it(desk, broken):
    with_it = desk.run(desk.export(AE=AE, DM=DM), desk.pack(*RULES))
    without = desk.run(desk.export(AE=AE, DM=DM), desk.pack(*RULES), exclude=["BROKEN"])
    assert list(with_it.findings.rows()) == list(without.findings.rows())


def test_a_derived_table_that_the_engine_refuses_breaks_the_rules_that_read_it(desk, broken):
    more = """
    tables:
      coughs:
        one_row_per: [USUBJID]
        from: AE
        where: AETERM <> 'broken'
        columns:
          events: {value: count(*)}
    """
    result = desk.run(
        desk.export(AE=AE),
        desk.pack(
            "id: DERIVED\napplies_to: {table: coughs}\ncondition: events < 9",
            "id: LOOKS\napplies_to: {table: AE}\nlookups:\n  c: {from: coughs, take: only}\n"
            "condition: c.events < 9",
            "id: FINE\napplies_to: {table: AE}\ncondition: AESEQ < 9",
            more=more,
        ),
    )
    assert [(one.rule_id, one.status) for one in result.rules] == [
        ("DERIVED", "broken"), ("LOOKS", "broken"), ("FINE", "met"),
    ]  # fmt: skip


def test_a_rule_that_does_not_fit_the_tables_stops_the_run_with_its_place(desk):
    pack = desk.pack("applies_to: {table: AE}\ncondition: AESVE <> 'X'")
    with pytest.raises(RuleError, match=r'trial\.yaml:\d+:\d+: "AESVE" is no column'):
        desk.run(desk.export(AE=AE), pack)


def test_tables_whose_names_differ_in_case_alone_are_kept_apart(desk):
    more = """
    tables:
      ae:
        one_row_per: [USUBJID]
        from: AE
        columns:
          events: {value: count(*)}
    """
    result = desk.run(
        desk.export(AE=AE),
        desk.pack(
            "id: BIG\napplies_to: {table: AE}\ncondition: AETERM <> 'RASH'\nmessage: '{AETERM}'",
            "id: SMALL\napplies_to: {table: ae}\ncondition: events < 2\nmessage: '{events} events'",
            more=more,
        ),
    )
    assert [one.message for one in result.findings.rows()] == ["RASH", "2 events", "2 events"]


def test_progress_names_each_table_and_ends_at_its_last_step(desk):
    said: list[tuple[str, int, int]] = []
    pack = desk.pack(*RULES)
    desk.run(desk.export(AE=AE, DM=DM), pack, progress=lambda *step: said.append(step))
    assert said == [("AE: 3 rules", 0, 2), ("DM: 1 rules", 1, 2), ("rules", 2, 2)]
