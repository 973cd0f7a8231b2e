"""Rules and derived tables as chapters of a book."""

from __future__ import annotations

import re
from pathlib import Path

from oncorules.rules.catalogue.chapters import Chapter, example_rows, read_contents

RULE = """\
id: X
title: T
kind: check
source: ours
applies_to: {table: [AE, CM], where: --TERM is not null}
parameters:
  most: {value: 3, source: ours}
condition: --STDTC <= --ENDTC or most > 5
if_missing: {--ENDTC: met}
examples:
  - columns: [AESTDTC, AEENDTC, expect]
    rows: [[2020-01-02, 2020-01-01, not met], [2020-01-01, null, met]]
  - title: a longer one
    given:
      AE: {columns: [USUBJID, AESTDTC], rows: [[A, 2020]]}
    with: {most: 4}
    expect: {columns: [USUBJID, expect], rows: [[A, met]]}
"""


def chapter(folder: Path, text: str = RULE, **asked: object) -> Chapter:
    (folder / "one.yaml").write_text(text, "utf-8")
    contents = read_contents([folder / "one.yaml"], with_sql=False, **asked)  # type: ignore[arg-type]
    return contents.chapters[0]


def test_a_rule_for_several_tables_is_told_for_each(tmp_path: Path) -> None:
    text = RULE.replace("--TERM", "--STDTC").replace(" or most > 5", "")
    told = chapter(tmp_path, text)
    assert [(on.table, on.formula) for on in told.tables] == [
        ("AE", "AESTDTC <= AEENDTC"),
        ("CM", "CMSTDTC <= CMENDTC"),
    ]
    assert told.unknown[:-1] == (
        "Where End Date/Time of Adverse Event (AEENDTC) is missing, the condition counts as met.",
        "Where End Date/Time of Medication (CMENDTC) is missing, the condition counts as met.",
    )
    assert "not evaluable" in told.unknown[-1]


def test_examples_are_rows_of_what_is_given_and_what_comes_out(tmp_path: Path) -> None:
    rows = list(example_rows(chapter(tmp_path, RULE.replace("--TERM", "--STDTC")).examples))
    assert rows == [
        ("", "AESTDTC = 2020-01-02, AEENDTC = 2020-01-01", "not met"),
        ("", "AESTDTC = 2020-01-01, AEENDTC = null", "met"),
        (
            "a longer one",
            "AE\nUSUBJID | AESTDTC\nA | 2020\nwith most = 4",
            "USUBJID | expect\nA | met",
        ),
    ]


def test_the_digest_changes_with_the_text_of_a_rule_and_the_values_it_reads(tmp_path: Path) -> None:
    text = RULE.replace("--TERM", "--STDTC")
    first = chapter(tmp_path, text).digest
    assert chapter(tmp_path, text.replace("<=", "<")).digest != first
    assert chapter(tmp_path, text.replace("title: T", "title: U")).digest != first
    assert chapter(tmp_path, text, settings={"most": 4}).digest != first


def test_the_digest_does_not_change_with_place_and_layout(tmp_path: Path) -> None:
    text = RULE.replace("--TERM", "--STDTC")
    moved = "# a comment\n\n" + text.replace(
        "{value: 3, source: ours}", "{value: 3,   source: ours}"
    )
    assert chapter(tmp_path, moved).digest == chapter(tmp_path, text).digest


def test_a_chapter_has_the_statement_of_its_rule() -> None:
    contents = read_contents(["exposure"])
    assert [one.id for one in contents.chapters] == ["dosed", "treatment"]
    assert all(one.sql.startswith("-- the rows of") for one in contents.chapters)


def test_the_examples_of_a_grading_are_called_like_their_terms() -> None:
    contents = read_contents(["ctcae-5.0"], with_sql=False)
    grading = next(one for one in contents.chapters if one.kind == "grading")
    assert ("Anemia", "VALUE = 12, UNIT = g/dL, LLN = 12", "0") in list(
        example_rows(grading.examples)
    )


def test_no_shipped_rule_or_table_shows_a_formula_where_words_are_due() -> None:
    call = re.compile(r"\b[a-z_]+\(")
    contents = read_contents(with_sql=False)
    assert len(contents.chapters) > 300
    for one in contents.chapters:
        texts = [step.text for step in one.steps]
        for step in one.steps:
            places = [n for n, name in enumerate(step.columns) if name in ("when", "only if")]
            texts += [row[place] for row in step.rows for place in places]
        for on in one.tables:
            texts += [on.condition.text, on.scope.text if on.scope else ""]
        assert [text for text in texts if call.search(text)] == [], one.address
