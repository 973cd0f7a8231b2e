from pathlib import Path

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.rules.examples.boundaries import Boundary, find_boundaries
from oncorules.rules.loading.loader import load_rule_files

RULE = """\
rules:
  - id: PLATELETS
    title: Platelets are high enough shortly before treatment
    kind: check
    source: ours
    applies_to: {table: LB, where: LBTESTCD = 'PLAT'}
    parameters:
      lowest: {value: 75, unit: 10^9/L, source: ours}
    lookups:
      subject: {from: DM, take: only}
    condition: LBSTRESN >= lowest and days_between(LBDTC, subject.RFSTDTC) <= 28
    examples:
      columns: [LBTESTCD, LBSTRESN, LBDTC, RFSTDTC, expect]
      rows:
"""
GOOD = """\
        - [PLAT, 75, 2020-01-01, 2020-01-29, met]
        - [PLAT, 74, 2020-01-01, 2020-01-29, not met]
        - [PLAT, 75, 2020-01-01, 2020-01-30, not met]
        - [K, 1, 2020-01-01, 2020-01-29, not in scope]
"""
SIZES = """\
parameters:
  smallest: {value: 10, unit: mm, source: ours}
tables:
  target:
    one_row_per: [USUBJID, TRSEQ]
    from: TR
    where: TRSTRESN >= smallest
    columns:
      parts:
        value: case when TRLNKID = 'T1' then 2 else 1 end
  number:
    one_row_per: [USUBJID]
    from: target
    columns:
      parts:
        value: sum(parts)
  unread:
    one_row_per: [USUBJID]
    from: LB
    where: LBSEQ > 1
rules:
  - id: FEW
    title: A subject has few targets
    kind: check
    source: ours
    applies_to: {table: DM}
    lookups:
      found: {from: number, take: only}
    columns:
      parts: {value: found.parts}
    condition: parts <= 3
    examples:
      given:
        DM: {columns: [USUBJID, expect], rows: [[A, met], [B, not met]]}
        TR:
          columns: [USUBJID, TRSEQ, TRLNKID, TRSTRESN]
          rows:
            - [A, 1, T1, 12]
            - [A, 2, T2, 12]
            - [A, 3, T3, 9]
            - [B, 1, T1, 10]
            - [B, 2, T2, 12]
            - [B, 3, T3, 12]
  - id: GIVEN
    title: Targets that are given say nothing of the table
    kind: check
    source: ours
    applies_to: {table: target}
    condition: TRSTRESN > 0
    examples:
      columns: [TRSTRESN, expect]
      rows: [[1, met], [0, not met]]
"""


def find(tmp_path: Path, text: str, **options: object) -> list[Boundary]:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    return find_boundaries([load_rule_files([path])], **options)  # type: ignore[arg-type]


def told(tmp_path: Path, text: str, **options: object) -> list[str]:
    """Return each boundary as the text that it points at, and what it says."""
    lines = []
    for one in find(tmp_path, text, **options):
        _, line, column = one.place.rsplit(":", 2)
        there = text.splitlines()[int(line) - 1][int(column) - 1 :]
        lines.append(f"{there.split(' ')[0]} | {one.text}")
    return lines


def test_examples_on_each_limit_and_one_step_beside_it_leave_nothing_to_tell(
    tmp_path: Path,
) -> None:
    assert find(tmp_path, RULE + GOOD) == []


def test_a_limit_on_which_no_example_stands_is_told(tmp_path: Path) -> None:
    rows = GOOD.replace("75, 2020-01-01, 2020-01-29", "75, 2020-01-02, 2020-01-29")
    assert told(tmp_path, RULE + rows.replace("74, 2020-01-01", "74, 2020-01-03")) == [
        "<= | no example stands on it (<= becomes <)",
        "28 | no example notices: 28 becomes 27",
    ]


def test_a_limit_that_an_example_stands_on_without_deciding_it_is_told(tmp_path: Path) -> None:
    rows = GOOD.replace(
        "74, 2020-01-01, 2020-01-29, not met", "74, 2020-01-01, 2020-01-30, not met"
    )
    rows = rows.replace("75, 2020-01-01, 2020-01-29, met", "80, 2020-01-01, 2020-01-29, met")
    assert told(tmp_path, RULE + rows) == [
        "75, | no example notices: parameter lowest: 75 becomes 74",
        "75, | no example notices: parameter lowest: 75 becomes 76",
        ">= | no example notices: >= becomes >",
    ]


def test_the_line_says_place_rule_and_change(tmp_path: Path) -> None:
    one = find(tmp_path, RULE + GOOD.replace("- [PLAT, 74", "- [PLAT, 7"))[0]
    place = f"{tmp_path / 'rules.yaml'}:8:23"
    expected = "PLATELETS: no example notices: parameter lowest: 75 becomes 74"
    assert str(one) == f"{place}: {expected}"


def test_a_parameter_that_every_example_sets_is_not_tested_by_them(tmp_path: Path) -> None:
    text = (RULE + GOOD).replace("RFSTDTC, expect]", "RFSTDTC, lowest, expect]")
    for answer in ("met]", "not in scope]"):
        text = text.replace(f", {answer}", f", 75, {answer}")
    text = text.replace("2020-01-29, not met", "2020-01-29, 75, not met")
    text = text.replace("2020-01-30, not met", "2020-01-30, 75, not met")
    assert told(tmp_path, text) == [
        "75, | no example notices: parameter lowest: 75 becomes 74",
        "75, | no example notices: parameter lowest: 75 becomes 76",
    ]


def test_limits_in_lookups_windows_and_lines_are_watched(tmp_path: Path) -> None:
    text = """\
rules:
  - id: SEVERAL
    title: Limits in every part
    kind: check
    source: ours
    applies_to: {table: LB, where: LBSEQ > 0}
    lookups:
      before: {from: VS, where: VSDTC <= this.LBDTC, take: last, order: [VSDTC]}
    windows:
      near: {per: [USUBJID], order: [LBDTC], rows: in the last 3 days}
    columns:
      level:
        first_true:
          - high: LBSTRESN > 10
          - low: otherwise
    condition: before.VSSTRESN is null or level = 'low' or count(*) over near = 0
    examples:
      given:
        LB:
          columns: [USUBJID, LBSEQ, LBDTC, LBSTRESN, expect]
          rows: [[A, 1, 2020-01-05, 20, met], [A, 2, 2020-01-06, 20, not met]]
        VS: {columns: [USUBJID, VSSEQ, VSDTC, VSSTRESN], rows: [[A, 1, 2020-01-01, 5]]}
"""
    assert told(tmp_path, text) == [
        "> | no example stands on it (> becomes >=)",
        "0} | no example notices: 0 becomes -1",
        "<= | no example notices: <= becomes <",
        "3 | no example notices: 3 becomes 2",
        "3 | no example notices: 3 becomes 4",
        "> | no example stands on it (> becomes >=)",
        "10 | no example notices: 10 becomes 11",
        "10 | no example notices: 10 becomes 9",
    ]


def test_a_rule_without_an_example_is_told_in_one_line(tmp_path: Path) -> None:
    text = (RULE + GOOD).partition("    examples:")[0]
    assert [one.text for one in find(tmp_path, text)] == ["there is no example"]


def test_an_example_with_another_answer_is_told_before_anything_else(tmp_path: Path) -> None:
    text = RULE + GOOD.replace("[K, 1, 2020-01-01, 2020-01-29, not in scope]", "[K, 1, a, b, met]")
    assert [line.partition(" | ")[2] for line in told(tmp_path, text)] == [
        "an example has another answer already; see: oncorules rules test"
    ]


def test_a_table_is_watched_by_the_rules_that_derive_it_from_given_tables(tmp_path: Path) -> None:
    assert told(tmp_path, SIZES) == ["unread: | no example reaches this table"]


def test_what_one_table_hands_to_another_is_a_limit_when_it_is_compared(tmp_path: Path) -> None:
    text = SIZES.replace("            - [A, 2, T2, 12]\n", "")
    assert told(tmp_path, text, rules=["target"]) == [
        "smallest | no example notices: parameter smallest: 10 becomes 9",
        "2 | no example notices: 2 becomes 3",
        "1 | no example notices: 1 becomes 2",
    ]


def test_the_limits_of_a_table_that_nobody_notices_are_told(tmp_path: Path) -> None:
    text = SIZES.replace("[B, 1, T1, 10]", "[B, 1, T1, 30]").replace(
        "[A, 3, T3, 9]", "[A, 3, T3, 1]"
    )
    assert told(tmp_path, text, rules=["target"]) == [
        ">= | no example notices: >= becomes >",
        "smallest | no example notices: parameter smallest: 10 becomes 11",
        "smallest | no example notices: parameter smallest: 10 becomes 9",
    ]


def test_own_examples_of_a_table_watch_its_limits(tmp_path: Path) -> None:
    own = (
        "    examples:\n"
        "      given: {LB: {columns: [USUBJID, LBSEQ], rows: [[A, 1], [B, 2]]}}\n"
        "      expect: {columns: [USUBJID], rows: [[B]]}\n"
    )
    text = SIZES.replace("    where: LBSEQ > 1\n", "    where: LBSEQ > 1\n" + own)
    assert find(tmp_path, text) == []


def test_a_changed_rule_that_cannot_be_used_is_noticed(tmp_path: Path) -> None:
    text = """\
rules:
  - id: NEAR
    title: One a day
    kind: check
    source: ours
    applies_to: {table: LB}
    windows:
      near: {per: [USUBJID], order: [LBDTC], rows: in the last 1 days}
    condition: count(*) over near = 0
    examples:
      given:
        LB:
          columns: [USUBJID, LBSEQ, LBDTC, expect]
          rows: [[A, 1, 2020-01-01, met], [A, 2, 2020-01-03, met], [A, 3, 2020-01-04, not met]]
"""
    assert find(tmp_path, text) == []


def test_only_what_is_asked_for_is_looked_at(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    found = find(
        tmp_path, SIZES, rules=["unread", "GIVEN"], exclude=["GIVEN"],
        progress=lambda *step: steps.append(step),
    )  # fmt: skip
    assert ([one.rule_id for one in found], steps) == (["unread"], [("unread", 0, 1)])
    with pytest.raises(CallError, match='there is no rule or table "unred"'):
        find(tmp_path, SIZES, rules=["unred"])


def test_a_rule_that_does_not_compile_is_told_as_by_the_examples(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"rules\.yaml:11:\d+: \"LBSTRESX\" is no column"):
        find(tmp_path, (RULE + GOOD).replace("condition: LBSTRESN", "condition: LBSTRESX"))


def test_the_sdtm_pack_has_an_example_on_both_sides_of_every_limit() -> None:
    assert [str(one) for one in find_boundaries(["sdtm"])] == []
