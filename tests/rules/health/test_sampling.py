"""What sampled rows show of rules that the solver cannot follow."""

import pytest

from oncorules.rules.health.lint import find_flaws
from oncorules.rules.health.sampling import MOST, rows_of

RULE = """\
rules:
  - id: A
    title: a
    kind: check
    source: ours
    applies_to: {table: EX%s}
    condition: %s
"""


WAY = "    parameters: {way: {value: a, choices: [a, b], source: ours}}\n"


@pytest.fixture
def sampled(tmp_path):
    def find(condition: str, where: str = "", **how) -> list[tuple[str, str]]:
        """The flaws of a rule as (what is wrong, how it is known)."""
        inside = f', where: "{where}"' if where else ""
        file = tmp_path / "rules.yaml"
        more = how.pop("more", "")
        file.write_text(RULE % (inside, condition) + more, encoding="utf-8")
        return [(one.text, one.known) for one in find_flaws([file], **how)]

    return find


def test_a_text_in_capitals_is_never_one_in_small_letters(sampled) -> None:
    [(text, known)] = sampled("upper(EXTRT) = 'drug'")
    assert text.startswith("never true in ") and text.endswith(" sampled rows")
    assert known == f"sampled ({text.split()[3]} rows)"
    assert sampled("upper(EXTRT) = 'DRUG'") == []


def test_a_square_is_never_below_zero(sampled) -> None:
    [(text, _)] = sampled("EXDOSE * EXDOSE >= 0")
    assert text.startswith("never false in ")
    assert sampled("EXDOSE * EXDOSE > 0") == []


def test_a_scope_that_no_sampled_row_is_in_is_told(sampled) -> None:
    [(text, _)] = sampled("EXDOSE > 1", "starts_with(EXTRT, 'A') and EXTRT = 'B'")
    assert text.startswith("never true in ")
    assert sampled("EXDOSE > 1", "starts_with(EXTRT, 'A') and EXTRT <> 'A'") == []


def test_every_choice_of_a_parameter_is_tried_unless_it_is_set(sampled) -> None:
    condition = "case when way = 'b' then upper(EXTRT) else lower(EXTRT) end = 'DRUG'"
    assert sampled(condition, more=WAY) == []
    assert sampled(condition, more=WAY, settings={"way": "b"}) == []
    assert sampled("upper(EXTRT) = way", more=WAY) != []


def test_an_answer_that_an_example_shows_is_not_called_impossible(sampled) -> None:
    condition = "occurrences(EXTRT, '-') = 2"
    assert [text.partition(" in ")[0] for text, _ in sampled(condition)] == ["never true"]
    shown = """\
    examples:
      columns: [EXTRT, expect]
      rows: [[a-b-c, met], [a, not met]]
"""
    assert sampled(condition, more=shown) == []


def test_few_rows_are_all_tried_and_of_many_the_same_ones_each_time() -> None:
    assert rows_of([[1, 2], ["a", None]]) == [(1, "a"), (1, None), (2, "a"), (2, None)]
    many = [list(range(100))] * 3
    assert len(rows_of(many)) == MOST and rows_of(many) == rows_of(many)
