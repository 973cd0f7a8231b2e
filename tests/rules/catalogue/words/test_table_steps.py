"""Derived tables in plain English: where their rows come from."""

from __future__ import annotations

from oncorules.rules.catalogue.words.table_steps import table_steps
from oncorules.rules.catalogue.words.vocabulary import Named, Vocabulary
from oncorules.rules.loading.model import Table

NAMES = Vocabulary(columns={"DTHDTC": Named("Date of Death", date=True), "RFPENDTC": Named()})


def test_tables_below_one_another_each_say_what_their_rows_get() -> None:
    table = Table.model_validate(
        {
            "one_row_per": ["USUBJID", "PARAMCD"],
            "stack": [
                {"from": "DM", "where": "DTHDTC is not null", "PARAMCD": "DEATH", "ADT": "DTHDTC"},
                {"from": "DM", "PARAMCD": "OS", "ADT": "coalesce(DTHDTC, RFPENDTC)", "CNSR": "0"},
            ],
        }
    )
    rows = next(step for step in table_steps(table, NAMES) if step.name == "rows")
    assert rows.columns == ("from", "where", "PARAMCD", "ADT", "CNSR")
    assert rows.rows == (
        ("DM", "Date of Death (DTHDTC) is not missing", '"DEATH"', "Date of Death (DTHDTC)", ""),
        (
            "DM", "", '"OS"',
            "the first that is not missing of [Date of Death (DTHDTC); RFPENDTC]", "0",
        ),
    )  # fmt: skip


def test_a_code_is_told_from_a_name() -> None:
    table = Table.model_validate(
        {
            "one_row_per": ["USUBJID"],
            "from": "DM",
            "decide": {
                "sets": ["RESULT", "ADT"],
                "lines": [
                    {"when": "DTHDTC is not null", "RESULT": "NON-CR/NON-PD", "ADT": "DTHDTC"},
                    {"when": "otherwise", "RESULT": "DTHDTC", "ADT": "null"},
                ],
            },
        }
    )
    decision = next(step for step in table_steps(table, NAMES) if step.name == "decision")
    assert [row[:2] for row in decision.rows] == [
        ('"NON-CR/NON-PD"', "Date of Death (DTHDTC)"),
        ("Date of Death (DTHDTC)", "no value"),
    ]
    assert "where a line before it is unknown: missing" in decision.text
