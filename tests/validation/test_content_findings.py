"""The messages of findings: texts with the values that decided between them."""

from __future__ import annotations

import pytest
from sqlglot import exp

from oncorules.validation.content_findings import message_pieces

AE = """
USUBJID | AESEQ | AETERM | AESTDTC    | AESEV
A       | 1     | COUGH  | 2020-01-05 | .
"""
DM = "USUBJID | RFSTDTC    | DTHDTC\nA | 2020-01-01 | 2020-01-02"
LOOKUP = "lookups:\n  subject: {from: DM, take: only}"


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("No value at all.", ["No value at all."]),
        ("{A}", ["<A>"]),
        ("{A}{B}", ["<A>", "<B>"]),
        ("{A} and {B}.", ["<A>", " and ", "<B>", "."]),
        ("{subject.C}", ["<subject.C>"]),
        ("{C}", ["<subject.C>"]),
        ("{B}", ["<B>"]),
        ("{D}", ["{D}"]),
        ("{}, { A }, {A, {{A}}", ["{}, { A }, {A, {", "<A>", "}"]),
    ],
)
def test_names_in_a_message_stand_for_values(message, pieces):
    shown = {label: exp.column(label) for label in ("A", "other.B", "B", "subject.C")}
    names = {id(tree): f"<{label}>" for label, tree in shown.items()}
    found = message_pieces(message, shown)
    assert [one if isinstance(one, str) else names[id(one)] for one in found] == pieces


def message(desk, rule: str) -> tuple[str, dict[str, str | None]]:
    rule = f"applies_to: {{table: AE}}\n{rule}"
    (only,) = desk.run(desk.export(AE=AE, DM=DM), desk.pack(rule)).findings.rows()
    return only.message, only.values


def test_a_missing_value_is_called_missing_in_a_message_and_null_in_the_values(desk):
    text, values = message(desk, "condition: AESEV is not null\nmessage: Severity {AESEV}.")
    assert (text, values) == ("Severity (missing).", {"AESEV": None})


def test_without_a_message_the_title_stands_for_it(desk):
    text, _ = message(desk, "condition: AESEV is not null\ntitle: An event has a severity")
    assert text == "An event has a severity"


def test_a_bare_name_stands_for_the_look_up_that_the_condition_reads(desk):
    rule = f"{LOOKUP}\ncondition: AESTDTC <= subject.DTHDTC\nmessage: 'Death on {{DTHDTC}}.'"
    text, values = message(desk, rule)
    assert text == "Death on 2020-01-02."
    assert values == {"AESTDTC": "2020-01-05", "subject.DTHDTC": "2020-01-02"}


def test_a_name_that_row_and_look_up_share_is_the_value_of_the_row(desk):
    rule = (
        "lookups:\n  subject: {from: DM, on: [USUBJID], take: only}\n"
        "condition: subject.USUBJID <> USUBJID\nmessage: '{USUBJID} {subject.USUBJID}'"
    )
    assert message(desk, rule)[0] == "A A"


def test_values_come_in_the_order_of_the_condition_and_then_of_the_message(desk):
    rule = (
        f"{LOOKUP}\nparameters:\n  most: {{value: 3, unit: day, source: ours}}\n"
        "columns:\n  late:\n    value: days_between(subject.DTHDTC, AESTDTC)\n"
        "condition: late < most\nmessage: '{AETERM} of {AESTDTC}: {late} days late, limit {most}.'"
    )
    text, values = message(desk, rule)
    assert text == "COUGH of 2020-01-05: 3 days late, limit 3."
    assert list(values.items()) == [
        ("late", "3"),
        ("most", "3"),
        ("AETERM", "COUGH"),
        ("AESTDTC", "2020-01-05"),
    ]


def test_percent_signs_and_braces_of_a_message_are_kept(desk):
    rule = "condition: AESEV is not null\nmessage: '100 % {AESEV} {} %s {unknown_brace ''quoted'''"
    assert message(desk, rule)[0] == "100 % (missing) {} %s {unknown_brace 'quoted'"
