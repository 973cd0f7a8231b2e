"""Rules, derived tables, data and configuration of a run as rows."""

from __future__ import annotations

from datetime import date

from oncorules import __version__
from oncorules.report.rule_words import Words, words_of
from oncorules.report.run_sheets import (
    CONFIGURATION_FIELDS,
    DATA_FIELDS,
    DERIVED_FIELDS,
    RULE_FIELDS,
    configuration_rows,
    data_rows,
    derived_rows,
    rule_rows,
)

from .validated import small_run

DERIVED = """
tables:
  person:
    title: One subject
    one_row_per: [USUBJID]
    from: DM
    columns: {AGE2: {value: AGE * 2}}
"""


def named(fields, rows):
    """Return rows as what stands under the headings; cells left out at the end are empty."""
    return [dict(zip((field.name for field in fields), row, strict=False)) for row in rows]


def test_every_rule_has_a_row_with_its_status_reason_and_counts(desk):
    result = small_run(desk)
    subjects = {("ADULT", "DM"): 1, ("POSITIVE", "LB"): 3}
    rows = named(RULE_FIELDS, rule_rows(result, words_of(result), subjects))
    counts = ("rule", "status", "findings", "subjects", "met", "not evaluable")
    assert [tuple(row[name] for name in counts) for row in rows] == [
        ("ADULT", "not met", 1, 1, 2, 0),
        ("POSITIVE", "not met", 3, 3, 2, 0),
        ("DOSED", "not run", 0, 0, 0, 0),
    ]
    assert rows[2]["reason"] == "it reads EX, which the export does not have"
    assert (rows[0]["source"], rows[0]["pack"], rows[0]["version"]) == ("ours", "trial", "1.0.0")


def test_a_rule_is_told_by_its_condition_with_the_parameters_it_reads(desk):
    words = words_of(small_run(desk, settings={"adult": "21"}))
    assert words["ADULT", "DM"] == Words(
        "Age (AGE) is at least adult (21 year)", "AGE >= adult", frozenset({"adult"})
    )
    said = "Numeric Result/Finding in Standard Units (LBSTRESN) is at least 0"
    assert words["POSITIVE", "LB"] == Words(said, "LBSTRESN >= 0")


def test_a_parameter_that_the_condition_does_not_name_stands_below_it(desk):
    more = "parameters: {within: {value: 2, unit: day, source: ours}}\n"
    rule = more + (
        "applies_to: {table: DM}\n"
        "columns: {late: {value: 'days_between(RFSTDTC, DTHDTC) > within'}}\n"
        "condition: not late"
    )
    export = desk.export(DM="USUBJID | RFSTDTC | DTHDTC\nA | 2024-01-01 | 2024-01-09")
    (words,) = words_of(desk.run(export, desk.pack(rule))).values()
    assert words.expected == "late does not hold\nwithin = 2 day"


def test_derived_tables_are_told_with_their_rows(desk):
    rule = "applies_to: {table: person}\ncondition: AGE2 > 30"
    export = desk.export(DM="USUBJID | AGE\nA | 40\nB | 12")
    result = desk.run(export, desk.pack(rule, more=DERIVED))
    (row,) = named(DERIVED_FIELDS, derived_rows(result.session))
    assert (row["table"], row["pack"], row["one row per"]) == ("person", "trial", "USUBJID")
    assert row["title"] == "One subject"
    assert row["rows"] in (2, None)  # none where the rule works it out as it reads


def test_data_says_what_is_there_and_what_is_missing(desk):
    rows = named(DATA_FIELDS, data_rows(small_run(desk)))
    assert [(row["table"], row["in the export"]) for row in rows] == [
        ("DM", "yes"), ("LB", "yes"), ("EX", "no"),
    ]  # fmt: skip
    lab = rows[1]
    assert (lab["files"], lab["rows"], lab["subjects"], lab["columns"]) == ("lb.csv", 5, 4, 6)
    assert "STUDYID" in lab["required and missing"]
    assert lab["not in the table model"] == ""


def test_a_table_that_the_model_does_not_know_is_told(desk):
    result = desk.run(
        desk.export(DM="USUBJID | AGE\nA | 40", ODD="X\n1"),
        desk.pack("applies_to: {table: DM}\ncondition: AGE > 1"),
    )
    odd = named(DATA_FIELDS, data_rows(result))[1]
    assert (odd["table"], odd["not in the table model"]) == ("ODD", "the whole table")


def test_the_configuration_has_versions_options_packs_and_parameters(desk):
    result = small_run(desk, settings={"adult": "21"}, exclude=["DOSED"], date=date(2024, 3, 1))
    options = {"known": "known.csv", "baseline": None}
    rows = list(configuration_rows(result, options))
    assert [row[:3] for row in rows] == [
        ["program", "oncorules", __version__],
        ["run", "date", "2024-03-01"],
        ["run", "structure", "none"],
        ["run", "exclude", "DOSED"],
        ["run", "known", "known.csv"],
        ["pack", "trial", "1.0.0"],
        ["parameter", "trial:ADULT.adult", "21"],
    ]
    told = named(CONFIGURATION_FIELDS, rows)[-1]
    assert (told["unit"], told["source"]) == ("year", "ours")
    assert "set" in told["given by"]
