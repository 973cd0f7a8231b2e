"""Site and visit of findings."""

from __future__ import annotations

from oncorules.validation.whereabouts import Visits, sites_of, visit_of_key

SITES = """
USUBJID | SITEID
A       | 001
B       | .
C       | 002
C       | 003
"""
VISITS = """
USUBJID | LBSEQ | LBSTRESN | VISIT  | VISITNUM
A       | 1     | -1       | WEEK 1 | 1
A       | 2     | -1       | .      | 2.10
A       | 3     | -1       | .      | .
A       | 4     | 1        | WEEK 9 | 9
"""
NEGATIVE = "applies_to: {table: LB}\ncondition: LBSTRESN >= 0"


def visits(result):
    found = Visits(result.session, result.findings.parts)
    return [found.of(part) for part in result.findings.parts]


def test_a_subject_is_at_the_site_that_dm_says(desk):
    result = desk.run(
        desk.export(DM=SITES), desk.pack("applies_to: {table: DM}\ncondition: USUBJID is not null")
    )
    assert sites_of(result.session) == {"A": "001"}  # none for B, and two for C


def test_without_dm_the_site_is_that_of_adsl(desk):
    export = desk.export(ADSL="USUBJID | SITEID\nA | 007")
    result = desk.run(export, desk.pack("applies_to: {table: ADSL}\ncondition: AGE > 1"))
    assert sites_of(result.session) == {"A": "007"}


def test_an_export_without_sites_has_none(desk):
    result = desk.run(desk.export(LB=VISITS), desk.pack(NEGATIVE))
    assert sites_of(result.session) == {}


def test_a_visit_is_told_by_its_name_or_else_by_its_number(desk):
    result = desk.run(desk.export(LB=VISITS), desk.pack(NEGATIVE))
    assert visits(result) == [{("lb.csv", 1): "WEEK 1", ("lb.csv", 2): "2.1"}]


def test_each_rule_of_a_table_has_the_visits_of_its_own_rows(desk):
    other = "id: FOUR\napplies_to: {table: LB}\ncondition: LBSEQ < 4"
    result = desk.run(desk.export(LB=VISITS), desk.pack(NEGATIVE, other))
    assert visits(result)[1] == {("lb.csv", 4): "WEEK 9"}


def test_a_table_in_several_files_tells_their_rows_apart(desk):
    first = desk.export("one", LB=VISITS)
    second = desk.export("two", LB=VISITS.replace("WEEK 1", "DAY 8").replace("A  ", "B  "))
    result = desk.run([first / "lb.csv", second / "lb.csv"], desk.pack(NEGATIVE))
    (found,) = visits(result)
    files = {file for file, _ in found}
    assert len(files) == 2
    assert sorted(found.values()) == ["2.1", "2.1", "DAY 8", "WEEK 1"]


def test_structure_checks_have_visits_too_and_a_table_without_visits_has_none(desk):
    export = desk.export(LB=VISITS.replace("-1", "low", 1), DM="USUBJID | AGE\nA | old")
    result = desk.run(
        export, desk.pack(NEGATIVE), structure="sql", rules=["LB.LBSTRESN.type", "DM.AGE.type"]
    )
    by_rule = dict(
        zip((p.status.rule_id for p in result.findings.parts), visits(result), strict=True)
    )
    assert by_rule == {"LB.LBSTRESN.type": {("lb.csv", 1): "WEEK 1"}, "DM.AGE.type": {}}


def test_a_row_of_a_derived_table_has_the_visit_of_its_key():
    assert visit_of_key({"USUBJID": "A", "VISITNUM": "3", "reader": None}) == "3"
    assert visit_of_key({"USUBJID": "A", "VISITNUM": None}) is None
