from pathlib import Path
from textwrap import dedent

from oncorules.rules.catalogue.catalogue import describe_rule


def page(folder: Path, rule: str) -> str:
    path = folder / "one.yaml"
    path.write_text(dedent(rule).lstrip(), "utf-8")
    return "\n".join(describe_rule("X", [path]))


def test_the_page_of_a_rule_holds_everything_that_decides(tmp_path: Path) -> None:
    said = page(
        tmp_path,
        """
        id: X
        title: No result above the limit
        kind: check
        severity: warning
        source: {document: Protocol, section: "7.1", note: visits 1 to 4}
        applies_to: {table: LB, where: LBTESTCD = 'ALT'}
        parameters:
          highest: {value: 500, unit: U/L, title: The limit, source: ours}
        lookups:
          subject: {from: DM, take: only}
        windows:
          earlier: {per: [USUBJID], order: [LBDTC], rows: earlier}
        condition: LBSTRESN <= highest and subject.AGE > 0
        if_missing: {AGE: met}
        message: ALT is {LBSTRESN}.
        examples:
          columns: [LBTESTCD, LBSTRESN, AGE, expect]
          rows:
            - [ALT, 500, 1, met]
            - [ALT, 501, 1, not met]
        """,
    )
    assert said.splitlines()[:6] == [
        "X: No result above the limit",
        "",
        "check, warning; version 0 of rules",
        "Looks at: LB",
        "Source: Protocol, 7.1 (visits 1 to 4)",
        "",
    ]
    for line in (
        f"  highest = 500 U/L, default ({tmp_path}/one.yaml:8:20)",
        "      The limit",
        "      source: ours",
        "  where: LBTESTCD = 'ALT'",
        "  lookups: {subject: {from: DM, take: only}}",
        "  condition: LBSTRESN <= highest and subject.AGE > 0",
        "  if_missing: {AGE: met}",
        "  message: ALT is {LBSTRESN}.",
        "Examples: 2",
        f"File: {tmp_path}/one.yaml:1:1",
    ):
        assert line in said.splitlines(), line


def test_a_formula_with_a_comma_is_never_shown_inside_brackets(tmp_path: Path) -> None:
    said = page(
        tmp_path,
        """
        id: X
        title: t
        kind: check
        source: ours
        applies_to: {table: LB}
        columns:
          low: {value: LBSTRESN}
          least_of_both:
            value: least(LBSTRESN, LBSTNRLO)
          class:
            first_true:
              - high: LBSTRESN > LBSTNRHI
                id: above
              - normal: otherwise
        condition: low >= least_of_both and class <> 'high'
        """,
    )
    assert "      value: least(LBSTRESN, LBSTNRLO)" in said.splitlines()
    assert "        - high: LBSTRESN > LBSTNRHI\n          id: above\n" in said


def test_the_page_of_a_table_says_what_its_rows_are() -> None:
    said = describe_rule("target_count", ["sdtm"])
    assert said[0] == "target_count: derived table"
    assert "Derived tables it reads: target" in said
    assert "  one_row_per: [USUBJID, reader]" in said


def test_examples_in_the_long_form_are_counted_by_their_answers() -> None:
    assert "Examples: 9" in describe_rule("lesion_row", ["sdtm"])


def test_the_page_of_a_grading_shows_its_terms_and_counts_their_examples(tmp_path: Path) -> None:
    said = page(
        tmp_path,
        """
        parameters:
          factor: {value: 3, source: ours}
          other: {value: 4, source: ours}
        gradings:
          X:
            title: Grades
            of: LB
            source: ours
            reads: {VALUE: LBSTRESN, UNIT: LBSTRESU, TEST: LBTESTCD, ULN: LBSTNRHI}
            terms:
              - term: ALT up
                test: ALT
                direction: high
                grades:
                  1: VALUE > factor * ULN
                  0: otherwise
                examples: {columns: [VALUE, ULN, expect], rows: [[1, 2, 0], [7, 2, 1]]}
        """,
    ).splitlines()
    assert said[0] == "X: Grades"
    assert "      grades: {1: VALUE > factor * ULN, 0: otherwise}" in said
    assert "Examples: 2" in said
    assert not any("other = " in line or "rows: [[" in line for line in said)
