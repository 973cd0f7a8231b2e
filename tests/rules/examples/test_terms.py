"""Examples of the terms of a grading, and the changes of its limits that they notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.errors import RuleError
from oncorules.rules.examples.boundaries import find_boundaries
from oncorules.rules.examples.runner import run_examples

GRADING = """
parameters:
  edge: {value: 1.5, source: ours}
gradings:
  graded:
    of: LB
    source: ours
    lookups:
      base: {from: LB, on: [USUBJID, LBTESTCD], where: LBBLFL = 'Y', take: only}
    reads: {TEST: LBTESTCD, VALUE: LBSTRESN, UNIT: LBSTRESU, SPECIMEN: LBSPEC, LLN: LBSTNRLO,
      ULN: LBSTNRHI, BASELINE: base.LBSTRESN, BASELINE_ULN: base.LBSTNRHI,
      BASELINE_UNIT: base.LBSTRESU}
    terms:
      - term: High
        test: ALT
        specimen: serum
        direction: high
        normal_when: VALUE <= ULN
        branches:
          - when: BASELINE <= BASELINE_ULN
            grades: {2: VALUE > 3 * ULN, 1: otherwise}
          - when: otherwise
            grades: {1: VALUE >= edge * BASELINE, 0: otherwise}
        examples:
          columns: [VALUE, ULN, BASELINE, BASELINE_ULN, expect]
          rows:
            - [120, 40, 40, 40, 1]
            - [121, 40, 40, 40, 2]
            - [81, 40, 40, 40, 1]
            - [90, 40, 60, 40, 1]
            - [89, 40, 60, 40, 0]
            - [40, 40, null, null, 0]
            - [41, 40, null, null, not evaluable]
      - term: Low
        test: HGB
        direction: low
        where: LBFAST = 'Y'
        limits:
          columns: [unit, g3, g4]
          rows:
            - [g/L, 80, 65]
            - [mmol/L, 4.9, null]
        grades: {4: VALUE < g4, 3: VALUE < g3, 0: otherwise}
        examples:
          columns: [VALUE, UNIT, LBFAST, expect]
          rows:
            - [65, g/L, Y, 3]
            - [64, g/L, Y, 4]
            - [80, g/L, Y, 0]
            - [79, g/L, Y, 3]
            - [79, null, Y, not evaluable]
            - [79, g/L, N, not graded]
            - [79, g/L, null, not evaluable]
            - [4.9, mmol/L, Y, not evaluable]
"""


def pack(tmp_path: Path, text: str = GRADING) -> Path:
    path = tmp_path / "g.yaml"
    path.write_text('id: g\ntitle: G\nversion: "1"\nlanguage: 1\n' + text.lstrip(), "utf-8")
    return path


def test_each_row_of_an_example_is_one_result(tmp_path: Path) -> None:
    result = run_examples([pack(tmp_path)])
    assert (result.count, result.rules, result.failures, result.without) == (15, 2, (), ())


def test_terms_are_chosen_by_name(tmp_path: Path) -> None:
    assert run_examples([pack(tmp_path)], rules=["graded.Low"]).count == 8
    assert run_examples([pack(tmp_path)], rules=["graded"], exclude=["graded.Low"]).count == 7


def test_a_wrong_grade_is_told_with_its_place_and_the_reason(tmp_path: Path) -> None:
    wrong = GRADING.replace("[120, 40, 40, 40, 1]", "[120, 40, 40, 40, 2]")
    wrong = wrong.replace("[79, null, Y, not evaluable]", "[79, null, Y, 3]")
    wrong = wrong.replace("[79, g/L, N, not graded]", "[79, g/L, N, 3]")
    failures = [
        str(one).partition("g.yaml:")[2] for one in run_examples([pack(tmp_path, wrong)]).failures
    ]
    assert failures == [
        "30:15: graded.High: expected 2, found 1",
        "54:15: graded.Low: expected 3, found not evaluable (the unit is missing)",
        "55:15: graded.Low: expected 3, found not graded",
    ]


def test_parameters_can_be_set_by_an_example(tmp_path: Path) -> None:
    more = GRADING.replace("BASELINE_ULN, expect]", "BASELINE_ULN, edge, expect]")
    more = more.replace(", 40, 1]", ", 40, null, 1]").replace(", 40, 2]", ", 40, null, 2]")
    more = more.replace("[89, 40, 60, 40, 0]", "[89, 40, 60, 40, 1.4, 1]")
    more = more.replace("null, null, 0]", "null, null, null, 0]")
    more = more.replace("null, null, not", "null, null, null, not")
    assert run_examples([pack(tmp_path, more)]).failures == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("40, 40, 40, 1]", "40, 40, 40, 7]"), '30:15: expected a grade, "not evaluable" or'),
        (("[79, g/L, N, not graded]", "[79, g/L, N, no]"), '55:15: expected a grade, "not evalua'),
        (("[VALUE, ULN,", "[VALLUE, ULN,"), '"VALLUE" is nothing that the term reads; did'),
        (("LBFAST, expect]", "LBFAST, found]"), 'the last column of an example is "expect"'),
        (("VALUE > 3 * ULN", "VALUE > 3 * UNL"), '24:37: "UNL" is no limit, column or parameter'),
        (("VALUE: LBSTRESN", "VALUE: LBSTRES"), '13:36: "LBSTRES" is no column and no parameter'),
    ],
)  # fmt: skip
def test_an_example_that_does_not_fit_is_refused(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(RuleError) as raised:
        run_examples([pack(tmp_path, GRADING.replace(*change, 1))])
    assert sentence in str(raised.value)


def test_only_a_limit_that_no_result_reaches_is_left_to_say(tmp_path: Path) -> None:
    assert [str(one) for one in find_boundaries([pack(tmp_path)])] == [
        f"{tmp_path}/g.yaml:45:24: graded.Low: no example notices: g3 in mmol/L: 4.9 becomes 4.8",
        f"{tmp_path}/g.yaml:45:24: graded.Low: no example notices: g3 in mmol/L: 4.9 becomes 5.0",
    ]


@pytest.mark.parametrize(
    ("gone", "unnoticed"),
    [
        ("[120, 40, 40, 40, 1]", ["> becomes >="]),
        ("[121, 40, 40, 40, 2]", ["<= becomes <", "3 becomes 4"]),
        ("[89, 40, 60, 40, 0]", ["parameter edge: 1.5 becomes 1.4"]),
        ("[40, 40, null, null, 0]", ["<= becomes <"]),
        ("[64, g/L, Y, 4]", ["g4 in g/L: 65 becomes 64"]),
        ("[65, g/L, Y, 3]", ["< becomes <=", "g4 in g/L: 65 becomes 66"]),
    ],
)
def test_a_limit_without_an_example_on_it_is_named(
    tmp_path: Path, gone: str, unnoticed: list[str]
) -> None:
    found = find_boundaries([pack(tmp_path, GRADING.replace(f"            - {gone}\n", ""))])
    told = [one.text.removeprefix("no example notices: ") for one in found]
    assert sorted(set(told) - {t for t in told if "mmol/L" in t}) == sorted(unnoticed)


def test_a_term_without_an_example_is_named(tmp_path: Path) -> None:
    bare = GRADING[: GRADING.index("        examples:\n          columns: [VALUE, UNIT")]
    assert run_examples([pack(tmp_path, bare)]).without == ("graded.Low",)
    found = [one.text for one in find_boundaries([pack(tmp_path, bare)])]
    assert found == ["there is no example"]
