"""Tables and variables: what rules want and what an export has."""

import pytest

from oncorules.rules.session import open_session
from oncorules.validation.coverage.coverage import Coverage, coverage_of, measure_coverage
from oncorules.validation.coverage.looked_at import TableLookedAt, VariableLookedAt

DM = "STUDYID | DOMAIN | USUBJID | AGE | SEX\nS | DM | A | 70 | F"
EX = "USUBJID | EXSEQ | EXDOSE\nA | 1 | 5"
ADULT = "id: ADULT\napplies_to: {table: DM}\ncondition: AGE >= 18"
DOSE = """
id: DOSE
applies_to: {table: EX}
lookups: {subject: {from: DM, take: only}}
condition: EXDOSE < subject.AGE
"""


@pytest.fixture
def covered(desk):
    def cover(*rules: str, more: str = "", **tables: str) -> Coverage:
        """The coverage of some rules."""
        pack = desk.pack(*rules, more=more)
        with open_session(desk.export(**tables), [pack], jobs=1) as session:
            return measure_coverage(session)

    return cover


def table(coverage: Coverage, name: str) -> TableLookedAt:
    [one] = (one for one in coverage.tables if one.table == name)
    return one


def test_a_table_with_rows_that_a_rule_reads_is_seen(covered) -> None:
    assert table(covered(ADULT, DM=DM), "DM") == TableLookedAt("DM", "seen", 1, 1, 1, 0)


def test_a_table_that_rules_only_look_into_is_seen_and_has_no_rule_on_it(covered) -> None:
    found = table(covered(DOSE, DM=DM, EX=EX), "DM")
    assert (found.state, found.checked_by, found.read_by) == ("seen", 0, 1)


def test_a_missing_table_counts_the_rules_that_have_no_answer_for_it(covered) -> None:
    coverage = covered(ADULT, DOSE, EX=EX)
    assert table(coverage, "DM") == TableLookedAt("DM", "missing", None, 1, 2, 2)
    assert table(coverage, "EX") == TableLookedAt("EX", "seen", 1, 1, 1, 1)


def test_a_table_with_a_heading_alone_has_no_rows(covered) -> None:
    found = table(covered(ADULT, DM="USUBJID | AGE", EX=EX), "DM")
    assert (found.state, found.rows, found.silent) == ("no rows", 0, 1)


def test_a_table_that_no_rule_reads_was_not_looked_at(covered) -> None:
    assert table(covered(ADULT, DM=DM, EX=EX), "EX").state == "not looked at"


def test_a_table_that_the_model_does_not_have_is_unknown_to_the_standard(covered) -> None:
    found = table(covered(ADULT, DM=DM, NOTES="USUBJID | NOTE\nA | x"), "NOTES")
    assert (found.state, found.rows, found.read_by) == ("unknown to the standard", 1, 0)


def test_what_is_amiss_stands_first(covered) -> None:
    coverage = covered(ADULT, DOSE, EX=EX, NOTES="USUBJID | NOTE\nA | x", LB="USUBJID\nA")
    assert [one.table for one in coverage.tables] == ["DM", "NOTES", "LB", "EX"]


def variables(coverage: Coverage, name: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.variable, one.state, one.rules) for one in coverage.variables if one.table == name]


def test_a_variable_that_a_rule_reads_and_the_export_lacks_is_named_with_the_rule(covered) -> None:
    found = variables(covered(DOSE, DM="USUBJID | SEX\nA | F", EX=EX), "DM")
    assert ("AGE", "missing", ("DOSE",)) in found


def test_a_required_variable_that_is_missing_is_named_without_any_rule(covered) -> None:
    found = variables(covered(ADULT, DM=DM), "DM")
    assert ("SITEID", "required and missing", ()) in found


def test_a_variable_that_decides_no_answer_is_not_read_and_the_key_is_no_such(covered) -> None:
    found = variables(covered(ADULT, DM=DM), "DM")
    assert [name for name, state, _ in found if state == "not read"] == ["STUDYID", "DOMAIN", "SEX"]


def test_what_a_message_shows_is_not_read_for_that(covered) -> None:
    rule = f"{ADULT}\nmessage: A {{SEX}} of {{AGE}}."
    assert ("SEX", "not read", ()) in variables(covered(rule, DM=DM), "DM")


def test_a_table_that_no_rule_reads_is_told_of_as_a_whole(covered) -> None:
    found = variables(covered(ADULT, DM=DM, EX=EX), "EX")
    assert {state for _, state, _ in found} == {"required and missing"}


def test_a_rule_reads_what_its_derived_table_needs_of_the_export(covered) -> None:
    more = """
    tables:
      dosed:
        title: doses of a subject
        one_row_per: [USUBJID]
        from: EX
        columns: {most: {value: max(EXDOSE)}}
    """
    rule = "id: MOST\napplies_to: {table: dosed}\ncondition: most < 9"
    coverage = covered(rule, more=more, EX=EX)
    assert table(coverage, "EX").read_by == 1 and table(coverage, "EX").checked_by == 0
    assert ("EXDOSE", "not read", ()) not in variables(coverage, "EX")


def test_a_rule_reads_what_the_terms_of_a_grading_read(covered) -> None:
    more = """
    gradings:
      graded:
        of: LB
        source: ours
        reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU, ULN: LBSTNRHI}
        terms:
          - term: ALT increased
            test: ALT
            direction: high
            grades: {1: VALUE > ULN, 0: otherwise}
    """
    rule = "id: GRADE\napplies_to: {table: graded}\ncondition: HIGH_GRADE = 0"
    lab = "USUBJID | LBSEQ | LBTESTCD | LBSTRESN | LBSTRESU | LBCAT\nA | 1 | ALT | 9 | U/L | x"
    coverage = covered(rule, more=more, LB=lab)
    found = variables(coverage, "LB")
    assert ("LBSTNRHI", "missing", ("GRADE",)) in found
    assert [name for name, state, _ in found if state == "not read"] == ["LBCAT"]


def test_what_the_export_lacks_is_known_without_reading_rows(desk) -> None:
    result = desk.run(desk.export(EX=EX), desk.pack(ADULT, DOSE), structure="sql")
    cheap = coverage_of(result.session, result.rules)
    assert cheap == Coverage(
        measure_coverage(result.session).tables,
        measure_coverage(result.session).variables,
        measure_coverage(result.session).rules,
    )
    assert cheap.rows == () and [one.state for one in cheap.rules] == [
        "no rows in scope",
        "not run",
    ]
    assert VariableLookedAt("EX", "EXTRT", "required and missing") in cheap.variables


def test_tables_that_a_study_reads_from_its_own_files_have_the_names_of_the_standard(
    desk,
) -> None:
    read = "read: {DM: {from: people.csv, columns: {USUBJID: pid, AGE: years}}}\n"
    pack = desk.pack(ADULT, more=read)
    export = desk.export(PEOPLE="pid | years | town\nA | 70 | Delft")
    with open_session(export, [pack], jobs=1) as session:
        coverage = measure_coverage(session)
    assert [one.table for one in coverage.tables] == ["DM"]
    [seen] = coverage.rows
    assert (seen.table, seen.rules, seen.first) == ("DM", ("ADULT",), "people.csv row 1")
