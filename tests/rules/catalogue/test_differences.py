"""Two small packs compared, one change at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

from oncorules.rules.catalogue.changed_data import changed_data
from oncorules.rules.catalogue.differences import PackDifference, compare_packs
from oncorules.rules.loading.loader import load_pack

HEADER = 'id: {id}\ntitle: T\nversion: "1"\nlanguage: 1\n'
GRADING = """\
gradings:
  graded:
    of: LB
    source: ours
    reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU, LLN: LBSTNRLO, ULN: LBSTNRHI}
    terms:
"""
HIGH = """
- term: High
  title: High
  test: ALT
  direction: high
  grades: {2: VALUE > 3 * ULN, 1: VALUE > ULN, 0: otherwise}
"""
LOW = """
- term: Low
  test: [HGB, HB]
  specimen: blood
  direction: low
  normal_when: VALUE >= LLN
  limits:
    columns: [unit, g2, g3]
    rows:
      - [g/L, 100, 80]
      - [mmol/L, 6.2, 4.9]
  grades: {3: VALUE < g3, 2: VALUE < g2, 1: VALUE < LLN, 0: otherwise}
"""
SPLIT = """
- term: High
  test: ALT
  direction: high
  branches:
    - when: BASE <= ULN
      grades: {2: VALUE > 3 * ULN, 1: VALUE > ULN, 0: otherwise}
    - when: otherwise
      grades: {2: VALUE > 3 * BASE, 1: VALUE >= 1.5 * BASE, 0: otherwise}
"""
CHECK = """\
parameters:
  longest: {value: 28, unit: day, source: ours}
presets:
  strict: {longest: 14}
codes:
  response: {best_first: [CR, PR, SD, PD]}
rules:
  - id: EX-DOSE
    title: A dose is not above the highest planned one
    kind: check
    source: ours
    applies_to: {table: EX, where: EXDOSE > 0}
    parameters:
      highest: {value: 81, unit: mg, source: same}
    lookups:
      subject: {from: DM, take: only}
    condition: EXDOSE <= highest and subject.AGE > 0
    if_missing: {AGE: met, EXDOSE: not met}
    message: Dose {EXDOSE}.
tables:
  best:
    one_row_per: [USUBJID]
    from: RS
    columns:
      BOR:
        first_true:
          - CR: RSSTRESC = 'CR'
          - PR: RSSTRESC = 'PR'
publish:
  ADRS: {from: best, columns: [USUBJID, BOR]}
"""

Compare = Callable[[str, str], PackDifference]


def grading(*terms: str) -> str:
    return GRADING + indent("".join(terms).replace("\n\n", "\n").lstrip("\n"), " " * 6)


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    """Compare two packs of one file each."""

    def compare(before: str, after: str) -> PackDifference:
        packs = []
        for name, text in (("a", before), ("b", after)):
            path = tmp_path / f"{name}.yaml"
            path.write_text(HEADER.format(id=name) + text, "utf-8")
            packs.append(load_pack(path))
        return compare_packs(*packs)

    return compare


def told(difference: PackDifference) -> list[str]:
    return list(map(str, difference.changes))


def test_a_pack_does_not_differ_from_itself(compare: Compare) -> None:
    for text in (grading(HIGH, LOW, SPLIT.replace("High", "Split")), CHECK):
        difference = compare(text, text)
        assert not difference
        assert str(difference) == "no difference"


def test_a_limit_that_changes_in_one_unit_is_one_cell_of_that_unit(compare: Compare) -> None:
    difference = compare(grading(LOW), grading(LOW.replace("4.9", "5.0")))
    (cell,) = difference.changes
    assert (cell.kind, cell.name, cell.part) == ("limit", "graded.Low", "3")
    assert (cell.before, cell.after) == ("< 4.9 mmol/L", "< 5.0 mmol/L")
    assert difference.limits == (cell,)
    assert difference.pairs == (("graded", "Low", "Low"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["g3", "g2"], ["severe", "moderate"]),
        (["3: VALUE < g3, 2: VALUE < g2, 1: VALUE < LLN"],
         ["1: VALUE < LLN, 2: VALUE<g2, 3: VALUE  <  g3"]),
        (["100, 80]"], ["100.0, 80.00]"]),
        (["[HGB, HB]", "blood"], ["[HB, HGB]", "BLOOD"]),
        (["  test:"], ["  title: Below\n  source: theirs\n  test:"]),
        (["  grades"],
         ["  examples: {columns: [VALUE, LLN, expect], rows: [[1, 2, 1]]}\n  grades"]),
    ],
)  # fmt: skip
def test_what_changes_no_result_gives_nothing(
    compare: Compare, old: list[str], new: list[str]
) -> None:
    changed = LOW
    for words, others in zip(old, new, strict=True):
        changed = changed.replace(words, others)
    assert changed != LOW
    assert told(compare(grading(LOW), grading(changed))) == []


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (("      - [mmol/L, 6.2, 4.9]\n", ""), ["2: < 6.2 mmol/L -> not printed",
                                                "3: < 4.9 mmol/L -> not printed"]),
        (("6.2, 4.9", "6.2, null"), ["3: < 4.9 mmol/L -> no number in mmol/L"]),
        (("3: VALUE < g3, ", ""), ["3: < 80 g/L; < 4.9 mmol/L -> not printed"]),
        (("2: VALUE < g2", "2: VALUE < g2 or VALUE < 0.7 * g3"),
         ["2: < 100 g/L -> VALUE < 100 g/L or VALUE < 0.7 * 80 g/L",
          "2: < 6.2 mmol/L -> VALUE < 6.2 mmol/L or VALUE < 0.7 * 4.9 mmol/L"]),
        (("1: VALUE < LLN", "1: VALUE < LLN and symptoms = 'worst'"),
         ["1: < LLN -> VALUE < LLN and symptoms = 'worst'"]),
        (("2: VALUE < g2", "2: VALUE < 0.8 * LLN"),
         ["2: < 100 g/L; < 6.2 mmol/L -> < 0.8 * LLN"]),
    ],
)  # fmt: skip
def test_a_line_that_changes_is_told_as_it_reads(
    compare: Compare, change: tuple[str, str], sentences: list[str]
) -> None:
    found = told(compare(grading(LOW), grading(LOW.replace(*change))))
    assert found == [f"limit graded.Low, grade {sentence}" for sentence in sentences]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("[HGB, HB]", "HGB"), "test: HGB, HB -> HGB"),
        (("  specimen: blood\n", ""), "specimen: blood -> nothing"),
        (("  test:", "  category: HEMATOLOGY\n  test:"), "category: nothing -> HEMATOLOGY"),
        (("direction: low", "direction: high"), "direction: low -> high"),
        (("  test:", "  where: LBFAST = 'Y'\n  test:"), "where: nothing -> LBFAST = 'Y'"),
        (("VALUE >= LLN", "VALUE > LLN"), "normal_when: VALUE >= LLN -> VALUE > LLN"),
    ],
)
def test_whom_a_term_looks_at_is_compared_too(
    compare: Compare, change: tuple[str, str], sentence: str
) -> None:
    found = told(compare(grading(LOW), grading(LOW.replace(*change, 1))))
    assert found == [f"term graded.Low, {sentence}"]


def test_another_first_unit_is_told_since_all_other_units_convert_into_it(compare: Compare) -> None:
    turned = LOW.replace("      - [g/L, 100, 80]\n", "").replace(
        "4.9]\n", "4.9]\n      - [g/L, 100, 80]\n"
    )
    assert told(compare(grading(LOW), grading(turned))) == ["term graded.Low, unit: g/L -> mmol/L"]


def test_a_number_in_a_line_is_in_the_unit_of_its_term(compare: Compare) -> None:
    plain = "- {term: X, test: ALT, direction: high, unit: U/L, grades: {1: VALUE > 80}}\n"
    limit = plain.replace("VALUE > 80", "VALUE > g1").replace(
        "unit: U/L", "limits: {columns: [unit, g1], rows: [[U/L, 80]]}"
    )
    assert told(compare(grading(plain), grading(limit))) == []
    assert told(compare(grading(plain), grading(limit.replace("80", "90")))) == [
        "limit graded.X, grade 1: > 80 U/L -> > 90 U/L"
    ]


def test_a_branch_that_comes_is_told_with_its_condition(compare: Compare) -> None:
    assert told(compare(grading(HIGH), grading(SPLIT))) == [
        "limit graded.High, grade 1: > ULN -> if BASE <= ULN: > ULN; else: >= 1.5 * BASE",
        "limit graded.High, grade 2: > 3 * ULN -> if BASE <= ULN: > 3 * ULN; else: > 3 * BASE",
    ]


def test_a_change_in_one_branch_leaves_the_other_out(compare: Compare) -> None:
    found = told(compare(grading(SPLIT), grading(SPLIT.replace("1.5", "2"))))
    assert found == ["limit graded.High, grade 1: else: >= 1.5 * BASE -> else: >= 2 * BASE"]


def test_branches_in_another_order_are_told(compare: Compare) -> None:
    more = SPLIT.replace("when: otherwise", "when: BASE > ULN")
    first, second = more.split("    - when: ")[1:]
    turned = more.replace(first, "1st").replace(second, "2nd")
    turned = turned.replace("1st", second).replace("2nd", first)
    assert told(compare(grading(more), grading(turned))) == [
        "term graded.High, order of branches: BASE <= ULN; BASE > ULN -> BASE > ULN; BASE <= ULN"
    ]


def test_terms_come_go_and_are_renamed_by_test_and_direction(compare: Compare) -> None:
    renamed = LOW.replace("term: Low", "term: Below").replace("[HGB, HB]", "[HB, HGB]")
    other_way = HIGH.replace("term: High", "term: ALT low").replace(
        "direction: high", "direction: low"
    )
    difference = compare(grading(HIGH, LOW), grading(renamed, other_way))
    assert told(difference) == [
        "term graded.High, removed: graded.High -> nothing",
        "term graded.Low, renamed: graded.Low -> graded.Below",
        "term graded.ALT low, added: nothing -> graded.ALT low",
    ]
    assert difference.pairs == (("graded", "Low", "Below"),)


def test_terms_of_one_name_are_told_apart_by_their_ids(compare: Compare) -> None:
    twin = HIGH.replace("test: ALT", "id: strip\n  test: GGT")
    moved = twin.replace("3 * ULN", "4 * ULN")
    difference = compare(grading(HIGH, twin), grading(moved, HIGH))
    assert told(difference) == ["limit graded.strip, grade 2: > 3 * ULN -> > 4 * ULN"]
    assert difference.pairs == (("graded", "High", "High"), ("graded", "strip", "strip"))
    assert told(compare(grading(HIGH), grading(HIGH, twin))) == [
        "term graded.strip, added: nothing -> graded.High (strip)"
    ]
    assert told(compare(grading(HIGH), grading(HIGH.replace("test", "id: strip\n  test", 1)))) == [
        "term graded.High, renamed: graded.High -> graded.High (strip)"
    ]


def test_of_several_terms_that_share_a_test_the_one_most_alike_is_the_renamed(
    compare: Compare,
) -> None:
    urine = HIGH.replace("term: High", "term: Urine").replace("ALT", "[ALT]\n  specimen: urine")
    serum = HIGH.replace("term: High", "term: Serum")
    assert compare(grading(HIGH), grading(urine, serum)).pairs == (("graded", "High", "Serum"),)


def test_a_line_of_two_grades_stands_between_them(compare: Compare) -> None:
    both = HIGH.replace("2: VALUE", "1 or 2: VALUE").replace("1: VALUE", "3: VALUE")
    assert told(compare(grading(HIGH), grading(both))) == [
        "limit graded.High, grade 1: > ULN -> not printed",
        "limit graded.High, grade 1 or 2: not printed -> > 3 * ULN",
        "limit graded.High, grade 2: > 3 * ULN -> not printed",
        "limit graded.High, grade 3: not printed -> > ULN",
    ]


def test_a_grading_that_comes_is_told_with_the_number_of_its_terms(compare: Compare) -> None:
    assert told(compare(CHECK, CHECK + grading(HIGH, LOW))) == [
        "grading graded, added: nothing -> 2 terms"
    ]
    of_lb = told(compare(grading(LOW), grading(LOW).replace("UNIT: LBSTRESU", "UNIT: LBORRESU")))
    assert of_lb == ["grading graded, reads.UNIT: LBSTRESU -> LBORRESU"]


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (("EXDOSE > 0}", "EXDOSE >= 0}"),
         ["rule EX-DOSE, applies_to.where: EXDOSE > 0 -> EXDOSE >= 0"]),
        (("source: ours\n    applies", "severity: notice\n    source: ours\n    applies"),
         ["rule EX-DOSE, severity: error -> notice"]),
        (("take: only}", "take: only, on: [USUBJID]}"),
         ["rule EX-DOSE, lookups.subject.on: nothing -> {USUBJID: USUBJID}"]),
        (("{AGE: met, EXDOSE: not met}", "{EXDOSE: not met, AGE: met}"),
         ["rule EX-DOSE, if_missing: {AGE: met, EXDOSE: not met} -> {EXDOSE: not met, AGE: met}"]),
        (("PR: RSSTRESC = 'PR'", "PR: RSSTRESC <> 'CR'"),
         ["table best, columns.BOR.first_true.2.when: RSSTRESC = 'PR' -> RSSTRESC <> 'CR'"]),
        (("columns: [USUBJID, BOR]", "columns: [BOR]"),
         ["published table ADRS, columns: [USUBJID, BOR] -> [BOR]"]),
        (("SD, PD]", "SD, PD, NE]"),
         ["code list response, best_first: [CR, PR, SD, PD] -> [CR, PR, SD, PD, NE]"]),
        (("value: 28, unit: day", "value: 4, unit: week"),
         ["parameter longest, value: 28 -> 4", "parameter longest, unit: day -> week"]),
        (("value: 81", "value: 60"), ["parameter EX-DOSE.highest, value: 81 -> 60"]),
        (("{longest: 14}", "{EX-DOSE.highest: 54}"),
         ["preset strict, longest: 14 -> nothing",
          "preset strict, EX-DOSE.highest: nothing -> 54"]),
        (("message: Dose {EXDOSE}.", "message: Too much."), []),
        (("value: 81,", "value: 81.0, step: 1, title: Most,"), []),
        (("condition: EXDOSE <= highest and", "condition: >\n      EXDOSE<=highest AND"), []),
        (("  longest:", "  a: {value: 1, unit: day, source: ours}\n  longest:"),
         ["parameter a, added: nothing -> 1 day"]),
        (("EX-DOSE\n", "EX-DOSES\n"),
         ["rule EX-DOSE, removed: A dose is not above the highest planned one -> nothing",
          "rule EX-DOSES, added: nothing -> A dose is not above the highest planned one"]),
    ],
)  # fmt: skip
def test_what_changes_beside_terms_is_told_with_its_path(
    compare: Compare, change: tuple[str, str], sentences: list[str]
) -> None:
    changed = CHECK.replace(*change)
    assert changed != CHECK
    assert told(compare(CHECK, changed)) == sentences


def test_what_both_packs_inherit_gives_nothing_and_a_change_just_itself(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(HEADER.format(id="base") + CHECK + grading(LOW), "utf-8")
    change = "changes:\n  - {at: EX-DOSE.highest, was: 81, now: 60}\n"
    packs = []
    for name, changes in (("one", ""), ("two", change)):
        text = HEADER.format(id=name) + "extends: base\n" + changes
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        packs.append(load_pack(tmp_path / f"{name}.yaml"))
    assert told(compare_packs(*packs)) == ["parameter EX-DOSE.highest, value: 81 -> 60"]


def test_a_formula_that_cannot_be_read_is_compared_by_its_words(compare: Compare) -> None:
    broken = LOW.replace("VALUE < g3", "VALUE / g3")
    assert told(compare(grading(broken), grading(broken.replace("/ g3", "/  g3")))) == []
    assert told(compare(grading(LOW), grading(broken))) == [
        "limit graded.Low, grade 3: < 80 g/L; < 4.9 mmol/L -> VALUE / g3"
    ]


def test_lines_with_an_id_are_told_by_it_and_a_list_that_grows_as_a_whole() -> None:
    one, two = {"id": "died", "when": "a"}, {"id": "alive", "when": "b"}
    assert list(changed_data({"lines": [one, two]}, {"lines": [one, {**two, "when": "c"}]})) == [
        ("lines.alive.when", "b", "c")
    ]
    assert list(changed_data({"lines": [one]}, {"lines": [one, two]})) == [
        ("lines.alive", None, "{id: alive, when: b}")
    ]
    assert list(changed_data({"lines": [one, two]}, {"lines": [two, one]})) == [
        ("lines", "[{id: died, when: a}, {id: alive, when: b}]",
         "[{id: alive, when: b}, {id: died, when: a}]")
    ]  # fmt: skip
    assert list(changed_data({"rows": [{"a": 1}]}, {"rows": [{"a": 1}, {"a": True}]})) == [
        ("rows", "[{a: 1}]", "[{a: 1}, {a: true}]")
    ]
