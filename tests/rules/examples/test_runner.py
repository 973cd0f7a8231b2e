from pathlib import Path

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.rules.examples.runner import ExampleRun, run_examples
from oncorules.rules.loading.loader import load_pack, load_rule_files

RULE = """\
rules:
  - id: EX-AFTER-DEATH
    title: No treatment after death
    kind: check
    source: ours
    applies_to: {table: EX, where: EXDOSE > 0}
    parameters:
      tolerance: {value: 0, unit: day, source: ours}
    lookups:
      subject: {from: DM, take: only}
    condition: days_between(subject.DTHDTC, EXSTDTC) <= tolerance
    if_missing: {DTHDTC: met}
    message: Treatment on {EXSTDTC}, death on {DTHDTC}.
    examples:
"""
SHORT = """\
      columns: [EXDOSE, EXSTDTC, DTHDTC, tolerance, expect]
      rows:
        - [5, 2020-01-02, 2020-01-01, null, not met]
        - [5, 2020-01-02, 2020-01-01, 1, met]
        - [5, 2020-01-02, 2020-01-02, 0, met]
        - [5, 2020-01, 2020-01-01, null, not evaluable]
        - [5, 2020-01-02, null, null, met]
        - [0, 2020-01-02, 2020-01-01, null, not in scope]
"""
LONG = """\
      - title: by row and by key
        given:
          DM: {columns: [USUBJID, DTHDTC], rows: [[A, 2020-01-01], [B, null]]}
          EX:
            columns: [USUBJID, EXSEQ, EXDOSE, EXSTDTC, expect]
            rows:
              - [A, 1, 5, 2020-01-01, met]
              - [A, 2, 5, 2020-01-02, not met]
              - [B, 1, 5, 2020-01-02, null]
        expect: {A / 2: not met, B: met}
      - title: other keys, another tolerance
        given:
          DM: {columns: [USUBJID, DTHDTC], rows: [[A, 2020-01-01]]}
          EX: {columns: [USUBJID, EXSEQ, EXDOSE, EXSTDTC], rows: [[A, 7, 5, 2020-01-02]]}
        with: {tolerance: 1}
        expect: {columns: [USUBJID, EXSEQ, expect], rows: [[A, 7, met]]}
"""
TABLES = """\
parameters:
  smallest: {value: 10, unit: mm, source: ours}
tables:
  target:
    one_row_per: [USUBJID, TRLNKID]
    from: TR
    where: TRSTRESN >= smallest
    columns:
      largest: {value: max(TRSTRESN)}
      first_day: {value: min(TRDTC)}
      large: {value: max(TRSTRESN) > 20}
    examples:
      - given:
          TR:
            columns: [USUBJID, TRSEQ, TRLNKID, TRSTRESN, TRDTC]
            rows:
              - [A, 1, T1, 10, 2020-01-05]
              - [A, 2, T1, 21.50, 2020-02]
              - [A, 3, T2, 9.9, 2020-01-05]
        expect:
          columns: [USUBJID, TRLNKID, largest, first_day, large]
          rows: [[A, T1, 21.5, 2020-01-05, true]]
      - given:
          TR: {columns: [USUBJID, TRSEQ, TRLNKID, TRSTRESN], rows: [[A, 1, T1, 9.9]]}
        with: {smallest: 9.9}
        expect: {columns: [USUBJID, TRLNKID, largest, large], rows: [[A, T1, 9.9, false]]}
rules:
  - id: TWO-TARGETS
    title: A subject has a target
    kind: check
    source: ours
    applies_to: {table: target}
    condition: largest < 100
    examples:
      - given:
          TR:
            columns: [USUBJID, TRSEQ, TRLNKID, TRSTRESN]
            rows: [[A, 1, T1, 12], [B, 1, T1, 100]]
        expect: {A: met, B / T1: not met}
      - columns: [largest, smallest, expect]
        rows: [[99, null, met], [5, 3, met]]
"""


def run(tmp_path: Path, text: str) -> ExampleRun:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    return run_examples([load_rule_files([path])])


def refused(tmp_path: Path, text: str) -> tuple[str, str]:
    """Return the text that a refusal points at, and what it says."""
    with pytest.raises(RuleError) as caught:
        run(tmp_path, text)
    (problem,) = caught.value.problems
    file, line, column = problem.place.rsplit(":", 2)
    assert file == str(tmp_path / "rules.yaml")
    return text.splitlines()[int(line) - 1][int(column) - 1 :], problem.message


def found(tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    return [
        (one.place.rpartition("yaml:")[2], one.expected, one.found)
        for one in run(tmp_path, text).failures
    ]


def test_each_row_of_the_short_form_is_a_little_export(tmp_path: Path) -> None:
    result = run(tmp_path, RULE + SHORT)
    assert (result.failures, result.count, result.rules, result.without) == ((), 6, 1, ())


def test_a_wrong_answer_is_told_with_its_place(tmp_path: Path) -> None:
    text = RULE + SHORT.replace("null, not met]", "null, met]")
    (failure,) = run(tmp_path, text).failures
    place = f"{tmp_path / 'rules.yaml'}:17:11"
    assert str(failure) == f"{place}: EX-AFTER-DEATH: expected met, found not met"


def test_the_long_form_names_rows_by_place_or_by_key(tmp_path: Path) -> None:
    result = run(tmp_path, RULE + LONG)
    assert (result.failures, result.count) == ((), 5)


def test_an_answer_for_a_key_that_no_row_has_or_several_have_is_wrong(tmp_path: Path) -> None:
    text = RULE + LONG.replace("{A / 2: not met, B: met}", "{A: not met, C: met}")
    assert found(tmp_path, text) == [
        ("24:21", "not met", "2 such rows"), ("24:33", "met", "no such row"),
    ]  # fmt: skip


def test_derived_tables_are_compared_row_by_row(tmp_path: Path) -> None:
    result = run(tmp_path, TABLES)
    assert (result.failures, result.count, result.rules) == ((), 6, 2)


def test_a_row_too_many_a_row_too_few_and_another_cell_are_told(tmp_path: Path) -> None:
    text = TABLES.replace("[[A, T1, 21.5, 2020-01-05, true]]", "[[A, T1, 21, null, true]]")
    assert found(tmp_path, text) == [
        ("22:18",
         "largest 21, first_day missing, large true",
         "largest 21.5, first_day 2020-01-05, large true"),
    ]  # fmt: skip
    text = TABLES.replace("[A, 3, T2, 9.9, 2020-01-05]", "[A, 3, T2, 11, 2020-01-05]")
    assert found(tmp_path, text) == [("13:9", "1 rows", "2 rows")]
    text = TABLES.replace("true]]\n", "true], [A, T3, 1, null, false]]\n")
    assert found(tmp_path, text)[0] == (
        "22:51", "largest 1, first_day missing, large false", "no such row",
    )  # fmt: skip


def test_what_has_no_example_is_counted_apart(tmp_path: Path) -> None:
    result = run(tmp_path, RULE.replace("    examples:\n", ""))
    assert (result.count, result.rules, result.without) == (0, 0, ("EX-AFTER-DEATH",))


def test_a_table_that_an_example_leaves_out_is_empty(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        "tables:\n"
        "  both:\n"
        "    one_row_per: [USUBJID]\n"
        "    rows_of: [one, two]\n"
        "    if_no_row: {two: {m: 0}}\n"
        "    examples:\n"
        "      given: {AE: {columns: [USUBJID, AESEQ], rows: [[A, 1], [A, 2], [B, 1]]}}\n"
        "      expect: {columns: [USUBJID, n, m], rows: [[A, 2, 0], [B, 1, 0]]}\n"
        "  one: {one_row_per: [USUBJID], from: AE, columns: {n: {value: count(*)}}}\n"
        "  two: {one_row_per: [USUBJID], from: CM, columns: {m: {value: count(*)}}}\n",
    )
    assert result.failures == ()


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("DTHDTC, tol", "DTHDX, tol", "DTHDX", '"DTHDX" is no column of EX'),
        ("[EXDOSE", "[subject.DTHDT", "subject.DTHDT",
         'DM has no column "DTHDT"; did you mean "DTHDTC"?'),
        ("[EXDOSE", "[subjct.AGE", "subjct.AGE",
         '"subjct" is no lookup of the rule; did you mean "subject"?'),
        (", expect]", ", expected]", "columns", 'the last column of an example is "expect"'),
        ("not met]", "not mett]", "not mett",
         "expected one of met, not met, not evaluable, not in scope, found \"not mett\"; did you"),
        ("null, not met]", "null, null]", "null]",
         "expected one of met, not met, not evaluable, not in scope, found nothing"),
        ("1, met]", "x, met]", "[5, 2020-01-02", '"x" is not a number'),
    ],
)  # fmt: skip
def test_a_short_example_that_does_not_fit_says_where(
    tmp_path: Path, old: str, new: str, at: str, message: str
) -> None:
    there, said = refused(tmp_path, RULE + SHORT.replace(old, new, 1))
    assert message in said
    assert there.startswith(at)


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("DM: {", "DX: {", "DX", 'there is no table "DX"'),
        ("EXSTDTC, expect]", "EXSTDTX, expect]", "EXSTDTX", 'EX has no column "EXSTDTX"; did you'),
        ("2020-01-01, met]", "2020-01-01, mett]", "mett", "expected one of met, "),
        ("B: met}", "B: maybe}", "maybe", "expected one of met, not met, not evaluable, not in"),
        ("with: {tolerance", "with: {tolerence", "with", 'there is no parameter "rules:tolerence"'),
        ("[USUBJID, EXSEQ, expect]", "[USUBJID, EXSEC, expect]", "EXSEC", 'no column "EXSEC"'),
        ("DTHDTC], rows: [[A, 2020-01-01], [", "expect], rows: [[A, met], [", "expect",
         '"expect" stands beside the rows of EX, the table of the rule'),
    ],
)  # fmt: skip
def test_a_long_example_that_does_not_fit_says_where(
    tmp_path: Path, old: str, new: str, at: str, message: str
) -> None:
    there, said = refused(tmp_path, RULE + LONG.replace(old, new, 1))
    assert message in said
    assert there.startswith(at)


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("TRLNKID, largest, first_day", "TRLNKID, larges, first_day", "larges,",
         'the table has no column "larges"; did you mean "largest"?'),
        ("TR:\n            columns", "TX:\n            columns", "TX:", 'there is no table "TX"'),
        ("TRSTRESN, TRDTC]", "TRSTRESN, TRDTX]", "TRDTX", 'TR has no column "TRDTX"; did you mean'),
        ("max(TRSTRESN)}", "max(TRSTRES)}", "TRSTRES)", '"TRSTRES" is no column and no parameter'),
    ],
)  # fmt: skip
def test_an_example_of_a_table_that_does_not_fit_says_where(
    tmp_path: Path, old: str, new: str, at: str, message: str
) -> None:
    there, said = refused(tmp_path, TABLES.replace(old, new, 1))
    assert message in said
    assert there.startswith(at)


def test_a_broken_formula_is_told_before_the_examples_that_it_breaks(tmp_path: Path) -> None:
    text = (RULE + SHORT).replace("<= tolerance", "<= tolerence")
    there, said = refused(tmp_path, text)
    assert there == "tolerence"
    assert said.startswith('"tolerence" is no column and no parameter here; did you mean')
    there, said = refused(tmp_path, (RULE + SHORT).replace("<= tolerance", "<="))
    assert said.startswith("this is not an expression")


def test_only_the_rules_that_are_asked_for_are_run(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(TABLES)
    pack = load_rule_files([path])
    seen: list[tuple[str, int, int]] = []
    result = run_examples([pack], rules=["target"], progress=lambda *step: seen.append(step))
    assert (result.rules, result.count, seen) == (1, 2, [("target", 0, 1)])
    assert run_examples([pack], exclude=["target"]).rules == 1
    with pytest.raises(CallError) as caught:
        run_examples([pack], rules=["targt"])
    message = 'there is no rule or table "targt" in these packs; did you mean "target"?'
    assert str(caught.value) == message


def test_packs_are_named_by_id_or_path() -> None:
    by_name = run_examples(["sdtm"], rules=["LB-NORMAL"])
    assert by_name == run_examples([load_pack("sdtm")], rules=["LB-NORMAL"])
    assert by_name.count > 5


def test_every_example_of_the_shipped_packs_has_its_answer() -> None:
    result = run_examples()
    assert [str(failure) for failure in result.failures] == []
    assert result.count > 700
