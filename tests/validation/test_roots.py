from oncorules.rules.session import open_session
from oncorules.validation.roots import decided_by, files_of, root_of, unit_columns

MORE = """
tables:
  result:
    one_row_per: [USUBJID, LBSEQ]
    from: LB
    columns:
      ratio:
        value: LBSTRESN * 2
      level:
        first_true: [{high: ratio > 10}, {low: otherwise}]
  last:
    one_row_per: [USUBJID, LBSEQ]
    from: result
  both:
    one_row_per: [USUBJID]
    rows_of: [one]
  one:
    one_row_per: [USUBJID]
    from: LB
    columns:
      n:
        value: count(*)
"""
RULE = "applies_to: {table: last}\ncondition: LBSTRESN <= ratio"


def opened(desk):
    export = desk.export(LB="USUBJID | LBSEQ | LBSTRESN | LBSTRESU\nA | 1 | 5 | g/L")
    return open_session(export, [desk.pack(RULE, more=MORE)], jobs=1)


def test_rows_are_followed_to_the_table_of_the_export(desk) -> None:
    with opened(desk) as session:
        space = session.workspace
        assert root_of(space, "last", "trial") == "LB"
        assert root_of(space, "LB", "trial") == "LB"
        assert root_of(space, "both", "trial") is None
        assert files_of(space, "last", "trial") == ("lb.csv",)
        assert files_of(space, "both", "trial") == ()


def test_a_column_that_a_derived_table_builds_has_no_root(desk) -> None:
    with opened(desk) as session:
        assert root_of(session.workspace, "last", "trial", "LBSTRESN") == "LB"
        assert root_of(session.workspace, "last", "trial", "ratio") is None


def test_the_unit_of_a_result_stands_beside_it_also_in_a_derived_table(desk) -> None:
    with opened(desk) as session:
        ((one, _),) = session.rules
        found = unit_columns(session.workspace, one, session.packs[0])
        assert found == {("", "LBSTRESN"): "LBSTRESU"}


def test_what_decides_a_column_is_found_in_the_table_that_builds_it(desk) -> None:
    with opened(desk) as session:
        found = decided_by(session.workspace, "last", "trial", "level")
        assert found is not None
        assert found[0] == "result"
        assert decided_by(session.workspace, "last", "trial", "ratio") is None
        assert decided_by(session.workspace, "last", "trial", "LBSEQ") is None
