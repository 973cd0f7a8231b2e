import json

import pytest

from oncorules.data.demo import demo_export
from oncorules.errors import CallError, RuleError
from oncorules.rules.compiler.checks import NOT_MET
from oncorules.rules.session import open_session
from oncorules.validation.explain import explain
from oncorules.validation.explain_rule import explain_rows
from oncorules.validation.run import validate
from oncorules.validation.wanted import Wanted

AFTER_DEATH = """
    id: EX-AFTER-DEATH
    title: No treatment after death
    source: {document: Protocol, section: "5"}
    applies_to: {table: EX, where: EXDOSE > 0}
    parameters:
      tolerance: {value: 1, unit: day, source: ours}
    lookups:
      subject: {from: DM, take: only}
    condition: days_between(subject.DTHDTC, EXSTDTC) <= tolerance and EXDOSU is not null
    if_missing: {DTHDTC: met}
    message: Treatment on {EXSTDTC}, death on {DTHDTC}, {EXTRT}.
"""
EX = """
    USUBJID | EXSEQ | EXTRT | EXDOSE | EXDOSU | EXSTDTC
    A       | 1     | X     | 5      | mg     | 2020-01-02
    A       | 2     | .     | 5      | mg     | 2020-01-09
    B       | 1     | X     | 5      | mg     | 2020-01-09
    A       | 3     | X     | 0      | mg     | 2020-01-09
    A       | 4     | X     | 5      | mg     | 2020-01
    A       | 5     | X     | five   | mg     | 2020-01-09
"""
DM = """
    USUBJID | DTHDTC
    B       | .
    A       | 2020-01-05
"""


@pytest.fixture
def trial(desk):
    return desk.export(EX=EX, DM=DM), desk.pack(AFTER_DEATH)


def lines(result) -> list[str]:
    return str(result).splitlines()


def test_a_row_is_explained_clause_by_clause(trial) -> None:
    export, pack = trial
    (one,) = explain(export, [pack], row="ex.csv:2", jobs=1)
    assert lines(one) == [
        "EX-AFTER-DEATH: No treatment after death",
        "  ex.csv:2, EX (USUBJID A, EXSEQ 2)",
        "  not met: the condition is false",
        "  error: Treatment on 2020-01-09, death on 2020-01-05, (missing).",
        "  Scope",
        "    true    EXDOSE > 0",
        "                EXDOSE = 5 mg",
        "  If missing",
        "    DTHDTC missing counts as met: it is there",
        "  Condition",
        "    false   all of:",
        "    false     days_between(subject.DTHDTC, EXSTDTC) <= tolerance",
        "                  subject.DTHDTC = 2020-01-05",
        "                  EXSTDTC = 2020-01-09",
        "                  tolerance = 1 day",
        "                  days_between(subject.DTHDTC, EXSTDTC) = 4 day",
        "    true      EXDOSU is not null",
        "                  EXDOSU = mg",
        "  Looked up",
        "    subject: DM, dm.csv:2 (USUBJID A)",
        "  Parameters",
        f"    tolerance = 1 day, default ({pack}:12:26)",
        "        source: ours",
        "  Source: Protocol, 5",
    ]


@pytest.mark.parametrize(
    ("row", "outcome", "because"),
    [
        (1, "met", "the condition is true"),
        (2, "not met", "the condition is false"),
        (3, "met", "DTHDTC is missing, which counts as met"),
        (4, "not in scope", "the scope is false, so the rule does not look at this row"),
        (5, "not evaluable", "the condition is unknown"),
        (6, "not evaluable", "the scope is unknown"),
    ],
)
def test_what_decided_is_said(trial, row, outcome, because) -> None:
    export, pack = trial
    (one,) = explain(export, [pack], row=f"ex.csv:{row}", jobs=1)
    assert (one.outcome, one.because) == (outcome, because)


def test_text_in_a_number_is_shown_as_it_stands(trial) -> None:
    export, pack = trial
    (one,) = explain(export, [pack], row="ex.csv:6", jobs=1)
    (value,) = one.scope.values
    assert (one.scope.truth, value.value) == ("unknown", "five (no number)")


def test_a_finding_of_an_earlier_run_is_found_again(desk, trial) -> None:
    export, pack = trial
    (finding,) = desk.run(export, pack).findings.rows()
    (one,) = explain(export, [pack], finding=finding.finding_id, jobs=1)
    assert (one.place, one.message) == (finding.place, finding.message)


def test_a_finding_that_is_no_longer_there_is_said(desk, trial) -> None:
    export, pack = trial
    (finding,) = desk.run(export, pack).findings.rows()
    desk.export(EX=EX.replace("2020-01-09", "2020-01-02"), DM=DM)
    with pytest.raises(CallError, match=f'no finding of this run has the id "{finding.finding_id}'):
        explain(export, [pack], finding=finding.finding_id, jobs=1)


def test_a_finding_of_the_structure_is_explained_by_its_check(desk, trial) -> None:
    export, pack = trial
    with validate(export, [pack], structure="sql", jobs=1) as result:
        (finding,) = (one for one in result.findings.rows() if one.rule_id == "EX.EXDOSE.type")
    (one,) = explain(export, [pack], finding=finding.finding_id, jobs=1)
    assert one.condition is None
    assert one.because == "a check of the structure: EXDOSE is five"


def test_the_rows_of_a_subject_are_counted_and_those_that_fail_are_shown(trial) -> None:
    export, pack = trial
    result = explain(export, [pack], subject="A", jobs=1)
    (counted,) = result.rules
    assert (counted.met, counted.not_met, counted.not_evaluable, counted.not_in_scope) == (
        1, 1, 2, 1,
    )  # fmt: skip
    assert [one.row for one in result] == [2]
    assert result.notes == (
        "Rows that break no rule are not shown; --rules ID shows every row of a rule",
    )


def test_every_row_of_a_subject_is_shown_for_a_rule_that_is_named(trial) -> None:
    export, pack = trial
    result = explain(export, [pack], subject="A", rules=["EX-AFTER-DEATH"], jobs=1)
    assert [one.row for one in result] == [1, 2, 4, 5, 6]
    assert result.notes == ()


def test_values_that_are_set_are_those_that_are_shown(trial) -> None:
    export, pack = trial
    (one,) = explain(export, [pack], row="ex.csv:2", settings={"tolerance": "4"}, jobs=1)
    (parameter,) = one.parameters
    assert (one.outcome, parameter.value, parameter.origin) == ("met", "4", "--set")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "one finding, one row or one subject"),
        ({"row": "ex.csv:1", "subject": "A"}, "one finding, one row or one subject"),
        ({"row": "ex.csv"}, '"ex.csv" is no row; write the file and the row'),
        ({"row": "ex.csv:0"}, '"ex.csv:0" is no row'),
        ({"row": "ey.csv:1"}, 'no file "ey.csv" was read; did you mean "ex.csv"'),
        ({"row": "ex.csv:7"}, "ex.csv has 6 rows; there is no row 7"),
        ({"row": "dm.csv:1"}, "none of these rules looks at the rows of DM"),
        ({"subject": "Z"}, 'no table has the subject "Z"'),
        ({"row": "ex.csv:1", "rules": ["EX"]}, 'there is no rule "EX" in these packs'),
    ],
)
def test_a_wrong_call_is_refused(trial, asked, message) -> None:
    export, pack = trial
    with pytest.raises(CallError, match=message):
        explain(export, [pack], jobs=1, **asked)


def test_a_rule_that_does_not_fit_is_refused_with_its_place(desk) -> None:
    export = desk.export(DM=DM)
    pack = desk.pack("applies_to: {table: DM}\ncondition: AGE + 'x' > 1")
    with pytest.raises(RuleError, match=r"trial\.yaml:\d+:"):
        explain(export, [pack], row="dm.csv:1", jobs=1)


def test_a_rule_whose_look_up_is_not_there_is_noted(desk) -> None:
    export, pack = desk.export(EX=EX), desk.pack(AFTER_DEATH)
    result = explain(export, [pack], row="ex.csv:1", jobs=1)
    assert result.notes == ("EX-AFTER-DEATH is not run on EX: the export has no DM",)


def test_windows_are_computed_over_all_rows(desk) -> None:
    export = desk.export(
        VS="""
        USUBJID | VSSEQ | VSDTC      | VSSTRESN | VSSTRESU
        A       | 1     | 2020-01-01 | 80       | kg
        A       | 2     | 2020-02-01 | 50       | kg
        """
    )
    pack = desk.pack(
        """
        applies_to: {table: VS}
        windows:
          previous: {per: [USUBJID], order: [VSDTC], rows: the one before}
          earlier: {per: [USUBJID], order: [VSDTC], rows: earlier}
        condition: VSSTRESN >= previous.VSSTRESN or count(*) over earlier = 0
        """
    )
    (one,) = explain(export, [pack], row="vs.csv:2", jobs=1)
    assert [str(value) for leaf in one.clauses for value in leaf.values] == [
        "VSSTRESN = 50 kg",
        "previous.VSSTRESN = 80",
        "count(*) over earlier = 1",
    ]


def test_the_line_that_decided_a_column_is_named(desk) -> None:
    export = desk.export(DM="USUBJID | AGE\nA | 85\nB | 70\nC | .")
    pack = desk.pack(
        """
        applies_to: {table: DM}
        columns:
          group:
            first_true:
              - old: AGE >= 80
                id: eighty
              - other: otherwise
        condition: group <> 'old'
        """
    )
    told = [
        explain(export, [pack], row=f"dm.csv:{row}", jobs=1).explanations[0].columns[0].line
        for row in (1, 2, 3)
    ]
    assert told == [
        "line 1 (eighty), old: AGE >= 80",
        "line 2, otherwise",
        "line 1 (eighty) could not be decided: old: AGE >= 80",
    ]


def test_a_look_up_without_a_row_and_one_with_several_are_told_apart(desk) -> None:
    export = desk.export(
        EX="USUBJID | EXSEQ | EXSTDTC\nA | 1 | 2020-01-01\nB | 1 | 2020-01-01",
        DM="USUBJID | DTHDTC\nA | 2020-01-05\nA | 2020-01-06",
    )
    pack = desk.pack(
        """
        applies_to: {table: EX}
        lookups:
          subject: {from: DM, take: only}
        condition: EXSTDTC <= subject.DTHDTC
        """
    )
    found = [
        str(explain(export, [pack], row=f"ex.csv:{row}", jobs=1).explanations[0].lookups[0])
        for row in (1, 2)
    ]
    assert found == ["subject: several rows of DM (USUBJID A)", "subject: no row of DM"]


def test_explanations_are_plain_data_and_show_themselves(trial) -> None:
    export, pack = trial
    result = explain(export, [pack], subject="A", jobs=1)
    told = json.loads(json.dumps(result.as_json()))
    assert told["explanations"][0]["condition"]["parts"][0]["truth"] == "false"
    assert told["rules"][0]["not_met"] == 1
    assert "&lt;= tolerance" in result._repr_html_()


#: One rule of each way in which a row gets its answer.
VARIED = [
    "AE-DUPLICATE", "ARM-NAME", "EX-OVERLAP", "LB-HIGH", "RS-BEST", "RS-OVERALL-TABLE",
    "RS-PD-THEN-BETTER", "SUPPAE-PARENT", "TR-LESION-KNOWN", "TR-TARGET-SIZE", "VISIT-ORDER",
    "VS-WEIGHT-CHANGE",
]  # fmt: skip


def test_explanations_agree_with_the_findings_of_the_demo_export() -> None:
    with validate(demo_export(), rules=VARIED, structure="none") as result:
        session = result.session
        for finding in result.findings.rows():
            ((one, pack),) = (
                (one, pack) for one, pack in session.rules
                if (one.id, one.table) == (finding.rule_id, finding.table)
            )  # fmt: skip
            wanted = Wanted(key=finding.key, outcomes=(NOT_MET,))
            explained = explain_rows(session.workspace, one, pack, wanted)
            assert finding.message in [told.message for told in explained], finding.rule_id
            assert all(told.key == finding.key for told in explained)


def test_counts_of_a_subject_agree_with_the_explanations() -> None:
    rules = ["LB-NORMAL", "STUDY-DAY", "TR-TARGET-SIZE", "RS-OVERALL-TABLE"]
    result = explain(demo_export(), subject="ONCDEMO-01-009", rules=rules)
    assert result.rules
    with open_session(demo_export(), rules=rules) as session:
        for counted in result.rules:
            ((one, pack),) = (
                (one, pack) for one, pack in session.rules
                if (one.id, one.table) == (counted.rule_id, counted.table)
            )  # fmt: skip
            wanted = Wanted(subject="ONCDEMO-01-009", limit=1000)
            told = [row.outcome for row in explain_rows(session.workspace, one, pack, wanted)]
            assert told.count("met") == counted.met
            assert told.count("not met") == counted.not_met
            assert told.count("not evaluable") == counted.not_evaluable
            assert told.count("not in scope") == counted.not_in_scope
