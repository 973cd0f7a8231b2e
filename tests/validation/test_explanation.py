from oncorules.validation.explanation import (
    ExplainedClause,
    Explanation,
    FoundRow,
    ShownColumn,
    ShownValue,
)


def test_a_value_is_shown_with_its_unit_and_a_missing_one_as_missing() -> None:
    assert str(ShownValue("LBSTRESN", "5", "mmol/L")) == "LBSTRESN = 5 mmol/L"
    assert str(ShownValue("LBSTRESN", None, "mmol/L")) == "LBSTRESN = (missing)"
    assert str(ShownValue("LBSPEC", "")) == "LBSPEC = ''"


def test_joined_clauses_are_drawn_as_a_tree_with_the_truth_in_front() -> None:
    tree = ExplainedClause(
        "or",
        "unknown",
        parts=(
            ExplainedClause("a = 1", "false", (ShownValue("a", "2"),)),
            ExplainedClause("not", "unknown", parts=(ExplainedClause("b = 1", "unknown"),)),
        ),
    )
    assert list(tree.lines()) == [
        "unknown any of:",
        "false     a = 1",
        "              a = 2",
        "unknown   not:",
        "unknown     b = 1",
    ]
    assert [leaf.text for leaf in tree.leaves()] == ["a = 1", "b = 1"]


def test_a_row_that_was_looked_up_is_named_by_file_and_key() -> None:
    key = {"USUBJID": "A", "VISITNUM": None}
    assert str(FoundRow("s", "DM", False)) == "s: no row of DM"
    assert str(FoundRow("s", "DM", True, "dm.xpt:3", key)) == "s: DM, dm.xpt:3 (USUBJID A)"
    assert str(FoundRow("s", "subject", True, None, key)) == "s: subject (USUBJID A)"
    assert str(FoundRow("s", "DM", True, None, key, True)) == "s: several rows of DM (USUBJID A)"


def test_a_row_of_a_derived_table_is_named_by_its_key() -> None:
    one = Explanation(
        "R1", "a rule", "error", "ours", "visit", None, None, {"USUBJID": "A", "VISITNUM": None},
        "met", "the condition is true", columns=(ShownColumn("size", "5", "line 1", "mm"),),
    )  # fmt: skip
    assert one.place == "visit USUBJID A, VISITNUM (missing)"
    assert list(one.lines()) == [
        "R1: a rule",
        "  visit (USUBJID A, VISITNUM (missing))",
        "  met: the condition is true",
        "  Columns built for it",
        "    size = 5 mm; line 1",
        "  Source: ours",
    ]
    assert one.clauses == []
