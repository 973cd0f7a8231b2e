"""Checks of one table as one query: outcomes, scope, missing values, what a finding shows."""

from typing import Any

import pytest

from oncorules.rules.compiler.checks import PER_MASK, RuleFault, fields
from oncorules.rules.language.display import display
from oncorules.rules.language.scope import Schedule

EX = """
    USUBJID | EXSEQ:integer | EXSTDTC:date | EXENDTC:date | EXDOSE:number
    a       | 1             | 2020-01-02   | 2020-01-03   | 10
    a       | 2             | 2020-01-01   | 2019-12-31   | 10
    b       | 1             | 2020-01      | .            | 10
    c       | 1             | .            | .            | 10
    d       | 1             | 2020-01-01   | 2020-01-01   | .
    d       | 2             | 2020-01-05   | 2020-01-09   | 0
"""
DM = """
    USUBJID | DTHDTC:date
    a       | 2020-01-01
    b       | 2020-01-15
    c       | 2020-01-01
    d       | .
"""
AFTER_DEATH = """
    applies_to: {table: EX}
    lookups:
      subject: {from: DM, take: only}
    condition: EXSTDTC <= subject.DTHDTC
    if_missing: {DTHDTC: met}
    message: Treatment on {EXSTDTC}, death on {DTHDTC}.
"""
IN_ORDER = """
    applies_to: {table: EX, where: EXDOSE > 0}
    condition: EXSTDTC <= EXENDTC
"""


@pytest.fixture
def trial(bench: Any) -> Any:
    bench.given("EX", EX, key="USUBJID EXSEQ")
    bench.given("DM", DM)
    return bench


def test_a_condition_is_met_not_met_or_not_evaluable(trial: Any) -> None:
    assert trial.outcomes(AFTER_DEATH) == [
        "not met",
        "met",
        "not evaluable",
        "not evaluable",
        "met",
        "met",
    ]


def test_rows_outside_the_scope_are_apart_and_an_unknown_scope_is_not_evaluable(trial: Any) -> None:
    assert trial.outcomes(IN_ORDER) == [
        "met",
        "not met",
        "not evaluable",
        "not evaluable",
        "not evaluable",
        "not in scope",
    ]


@pytest.mark.parametrize("word", ["met", "not met", "not evaluable", "out of scope"])
def test_if_missing_decides_for_one_variable_only(trial: Any, word: str) -> None:
    rule = f"""
        applies_to: {{table: EX}}
        condition: EXSTDTC <= EXENDTC
        if_missing: {{EXENDTC: {word}}}
        """
    outcome = word.replace("out of", "not in")
    assert trial.outcomes(rule)[2:4] == [outcome, outcome]
    assert trial.outcomes(rule)[1] == "not met"


def test_several_rules_are_one_query_and_do_not_meet(trial: Any) -> None:
    twice = """
        applies_to: {table: EX}
        columns:
          days: {value: "days_between(EXSTDTC, EXENDTC)"}
        condition: days >= 0
        """
    other = """
        applies_to: {table: EX}
        columns:
          days: {value: EXDOSE}
        condition: days > 5
        """
    assert trial.outcomes(AFTER_DEATH, twice, other, AFTER_DEATH) == [
        ("not met", "met", "met", "not met"),
        ("met", "not met", "met", "met"),
        ("not evaluable", "not evaluable", "met", "not evaluable"),
        ("not evaluable", "not evaluable", "met", "not evaluable"),
        ("met", "met", "not evaluable", "met"),
        ("met", "met", "not met", "met"),
    ]
    assert str(trial.plan(AFTER_DEATH, twice, other, AFTER_DEATH).query).count("DM") == 1


def test_more_rules_than_fit_one_number_are_packed_into_several(trial: Any) -> None:
    rules = [
        f"applies_to: {{table: EX}}\ncondition: EXSEQ <= {number % 3}"
        for number in range(2 * PER_MASK + 5)
    ]
    plan = trial.plan(*rules)
    assert len(plan.masks) == 3
    first, second = trial.outcomes(*rules)[:2]
    assert [outcome == "met" for outcome in first] == [n % 3 >= 1 for n in range(len(rules))]
    assert [outcome == "met" for outcome in second] == [n % 3 >= 2 for n in range(len(rules))]


DUPLICATES = """
    applies_to: {table: EX, where: EXDOSE > 0}
    windows:
      same: {per: [USUBJID], rows: all}
    condition: count(*) over same = 1
"""


def test_rows_outside_the_scope_are_invisible_to_windows(trial: Any) -> None:
    assert trial.outcomes(DUPLICATES) == [
        "not met",
        "not met",
        "met",
        "met",
        "not evaluable",
        "not in scope",
    ]


def test_overlapping_intervals_are_found_with_the_row_before(trial: Any) -> None:
    rule = """
        applies_to: {table: EX}
        windows:
          previous: {per: [USUBJID], order: [EXSTDTC], rows: the one before, missing_day: first}
        condition: previous.EXENDTC is null or EXSTDTC > previous.EXENDTC
        """
    assert trial.outcomes(rule) == ["met", "met", "met", "met", "met", "met"]


def test_planned_assessments_can_be_checked(trial: Any) -> None:
    trial.schedules["scans"] = Schedule("EXSTDTC", (1, 3), None, 0)
    rule = "applies_to: {table: EX}\ncondition: planned_between(scans, EXSTDTC, EXENDTC) < 2"
    assert trial.outcomes(rule)[5] == "not met"
    assert trial.outcomes(rule)[0] == "met"


def test_a_check_runs_on_a_derived_table(trial: Any) -> None:
    trial.derive("dosed", "one_row_per: [USUBJID]\nfrom: EX\ncolumns:\n  N: {value: count(*)}")
    rule = "applies_to: {table: dosed}\ncondition: N = 1\nmessage: '{USUBJID} has {N} rows.'"
    assert trial.outcomes(rule) == ["not met", "met", "met", "not met"]


def test_a_finding_shows_what_decided_and_what_its_message_names(trial: Any) -> None:
    (rule,) = trial.plan(AFTER_DEATH).rules
    assert list(rule.shown) == ["EXSTDTC", "subject.DTHDTC"]
    assert fields("Treatment on {EXSTDTC}, death on {DTHDTC}; {EXSTDTC}.") == ["EXSTDTC", "DTHDTC"]
    assert display(rule.shown["EXSTDTC"]) is not None


@pytest.mark.parametrize(
    ("rule", "path", "sentence", "offset"),
    [
        (
            "condition: EXDOSE > 1 and EXSTDT <= EXENDTC",
            ("condition",),
            '"EXSTDT" is no column and no parameter here; did you mean "EXSTDTC"?',
            15,
        ),
        (
            "condition: EXDOSE > 'x'",
            ("condition",),
            "a number cannot be compared with a text",
            0,
        ),
        (
            "condition: EXDOSE",
            ("condition",),
            "a condition that is true or false was expected, not a number",
            0,
        ),
        (
            "condition: X > 1\ncolumns:\n  X: {value: EXDOSE + EXSTDTC}",
            ("columns", "X", "value"),
            "dates are not added or subtracted: use days_between(a, b) or add_days(a, n)",
            9,
        ),
        (
            "condition: EXDOSE > 1\nmessage: 'Dose {EXDOS}.'",
            ("message",),
            '"EXDOS" is no column and no parameter here; did you mean "EXDOSE"?',
            0,
        ),
        (
            "condition: EXDOSE > 1\nif_missing: {EXDOS: met}",
            ("if_missing", "EXDOS"),
            '"EXDOS" is no column and no parameter here; did you mean "EXDOSE"?',
            0,
        ),
        (
            "condition: count(*) over same = 1",
            ("condition",),
            'there is no window "same"',
            0,
        ),
        (
            "condition: x.A = 1\nlookups:\n  x: {from: DM, take: only}",
            ("lookups", "x"),
            '"A" is no column and no parameter here',
            0,
        ),
    ],
)
def test_a_rule_that_does_not_fit_names_itself_and_the_place(
    trial: Any, rule: str, path: tuple[str, ...], sentence: str, offset: int
) -> None:
    bad = "applies_to: {table: EX}\n" + rule
    with pytest.raises(RuleFault) as caught:
        trial.plan(IN_ORDER, bad)
    assert caught.value.rule.id == "R1"
    assert (caught.value.path, str(caught.value)) == (path, sentence)
    assert caught.value.error.offset == offset
