import pytest

from oncorules.rules.language.clauses import Clause, own_words, take_apart
from oncorules.rules.language.formula import parse
from oncorules.rules.loading.loader import load_pack


def drawn(clause: Clause, depth: int = 0) -> list[str]:
    """The tree as indented lines."""
    lines = ["  " * depth + clause.text]
    for part in clause.parts:
        lines += drawn(part, depth + 1)
    return lines


def reads(formula: str) -> list[str]:
    """The words of what the only clause of a formula reads."""
    return [words for words, _ in take_apart(formula).reads]


def test_a_comparison_is_one_clause_in_its_own_words() -> None:
    assert drawn(take_apart("EXSTDTC  <=  subject.DTHDTC")) == ["EXSTDTC <= subject.DTHDTC"]


def test_and_or_and_not_become_a_tree() -> None:
    formula = "a = 1 and b = 2 and (c = 3 or not (d = 4 or e is null))"
    assert drawn(take_apart(formula)) == [
        "and",
        "  a = 1",
        "  b = 2",
        "  or",
        "    c = 3",
        "    not",
        "      or",
        "        d = 4",
        "        e is null",
    ]


def test_the_words_of_between_in_and_is_do_not_split_a_clause() -> None:
    formula = "a between 1 and 2 and b not in ('and', 'or') or c is not null"
    assert drawn(take_apart(formula)) == [
        "or",
        "  and",
        "    a between 1 and 2",
        "    b not in ('and', 'or')",
        "  c is not null",
    ]


def test_brackets_around_the_whole_and_constants_are_no_obstacle() -> None:
    formula = "((true and (case when a then true end)) or (x = true))"
    assert drawn(take_apart(formula)) == [
        "or",
        "  and",
        "    true",
        "    case when a then true end",
        "  x = true",
    ]


def test_a_clause_inside_a_call_is_not_taken_apart() -> None:
    formula = "coalesce(bool_or(x = 'PD' and y is not null) over earlier, false) or a = 1"
    assert drawn(take_apart(formula))[1] == (
        "  coalesce(bool_or(x = 'PD' and y is not null) over earlier, false)"
    )


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("LBSTRESN > 3", ["LBSTRESN"]),
        ("EXSTDTC <= subject.DTHDTC", ["EXSTDTC", "subject.DTHDTC"]),
        ("days_between(a, b) >= -limit", ["a", "b", "limit", "days_between(a, b)"]),
        ("100 * (a + b) between 1 and c", ["a", "b", "c", "100 * (a + b)"]),
        ("count(*) over same = 1", ["count(*) over same"]),
        ("min(x) filter (where y = 1) over w > 3", ["min(x) filter (where y = 1) over w"]),
        ("previous.ADT < ADT", ["previous.ADT", "ADT"]),
        ("upper(x) not in ('A', 'B')", ["x", "upper(x)"]),
        ("latest(a, b) is not null", ["a", "b", "latest(a, b)"]),
        ("planned_between(scans, a, b) < 2", ["a", "b", "planned_between(scans, a, b)"]),
    ],
)
def test_a_clause_reads_names_aggregates_and_composed_sides(formula, expected) -> None:
    assert reads(formula) == expected


def test_a_missing_value_with_a_substitute_is_shown_once() -> None:
    assert reads("coalesce(LBSPEC, '') <> 'URINE'") == ["LBSPEC"]


def test_text_in_quotes_keeps_its_blanks() -> None:
    assert own_words("a = 'x  y'\n   and b") == "a = 'x  y' and b"


def test_every_shipped_rule_comes_apart_into_whole_formulas() -> None:
    for one in load_pack("sdtm", examples=False).rule_instances:
        for formula in filter(None, (one.rule.condition, one.rule.applies_to.where)):
            for leaf in take_apart(formula).leaves():
                assert parse(leaf.text).unnest().sql() == leaf.node.unnest().sql(), one.id
