"""Two rules on one table that say the same, or that no row can meet together."""

import pytest

from oncorules.rules.health.lint import find_flaws

ONE = '  - {id: %s, title: a, kind: %s, source: ours, applies_to: {table: EX%s}, condition: "%s"}\n'


@pytest.fixture
def pairs(tmp_path):
    def find(first: str, second: str, where=("", ""), kind: str = "check") -> list[tuple[str, str]]:
        """The flaws of two rules as (rule, what is wrong)."""
        scopes = [f', where: "{one}"' if one else "" for one in where]
        rules = zip("AB", scopes, (first, second), strict=True)
        text = "rules:\n" + "".join(ONE % (name, kind, scope, c) for name, scope, c in rules)
        file = tmp_path / "rules.yaml"
        file.write_text(text, encoding="utf-8")
        return [(one.rule_id, one.text) for one in find_flaws([file])]

    return find


def test_a_rule_that_another_says_already_is_redundant(pairs) -> None:
    found = [("B", "redundant: every row that breaks it breaks A too")]
    assert pairs("EXDOSE > 5", "EXDOSE > 4") == found
    assert pairs("EXDOSE > 5 and EXTRT = 'A'", "EXTRT = 'A'") == found
    assert pairs("EXDOSE > 5", "EXDOSE < 9") == []


def test_two_rules_that_find_the_same_rows_are_one_too_many(pairs) -> None:
    found = pairs("EXDOSE > 5", "not EXDOSE <= 5")
    assert found == [("B", "redundant: it finds the same rows as A")]


def test_a_rule_that_looks_at_fewer_rows_may_say_it_again(pairs) -> None:
    assert pairs("EXDOSE > 5", "EXDOSE > 4", ("", "EXTRT = 'A'")) == []


def test_a_rule_that_cannot_fail_is_told_of_once(pairs) -> None:
    found = pairs("EXDOSE > 5", "EXDOSE >= 5 or EXDOSE < 6")
    assert found == [("B", "never false: no row can break it")]


def test_two_rules_that_no_row_in_scope_can_meet_contradict_each_other(pairs) -> None:
    found = [("B", "contradiction: no row in scope can meet it and A")]
    assert pairs("EXDOSE > 5", "EXDOSE <= 5") == found
    assert pairs("EXDOSE > 5", "EXDOSE <= 5", ("", "EXTRT = 'A'")) == found
    assert pairs("EXDOSE >= 5", "EXDOSE <= 5") == []


def test_two_rules_may_contradict_each_other_for_rows_that_are_wrong_already(pairs) -> None:
    where = ("EXTRT = 'PLACEBO'", "EXDOSE is not null")
    assert pairs("EXDOSE is null", "EXDOSE > 0", where) == []


def test_criteria_may_exclude_each_other(pairs) -> None:
    assert pairs("EXDOSE > 5", "EXDOSE <= 5", kind="eligibility") == []
