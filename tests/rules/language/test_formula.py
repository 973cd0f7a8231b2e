"""What may stand in a formula, and the sentence for what may not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from oncorules.rules.language.formula import (
    DEEPEST,
    LONGEST,
    FormulaError,
    names,
    parse,
    schedules,
    windows,
)

USE = (
    "use comparisons, and, or, not, + - *, between, in, is null, case, and the functions of the "
    "reference"
)
COMMENT = (
    "a formula holds no SQL comment; `--NAME` stands for a variable only in a rule that names its "
    "table under applies_to"
)
DIVISION = (
    "division is not in the language: write the limit as a product, or ratio(a, b, decimals) to "
    "show a number"
)
QUOTES = "stands in double quotes: a text takes single quotes, and a name none"
VALUE = "a value or an operator is missing, or a word stands where none can"
BRACKET = "a bracket does not close, or a word is missing before it"
WINDOW = "a window is declared under `windows` and named here: `over earlier`"
QUERY = "a formula cannot hold a query: use a lookup"
BESIDE = "two values stand side by side: an operator is missing between them"


def refused(text: str) -> tuple[str, int]:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return str(caught.value), caught.value.offset


@pytest.mark.parametrize(
    ("text", "sentence", "offset"),
    [
        ("A > (select max(A) from LB)", QUERY, 5),
        ("A in (select A from LB)", QUERY, 6),
        ("select 1", QUERY, 0),
        ("exists(select 1)", f"{QUERY} and `is not null`", 0),
        ("A = 1 union select 2", QUERY, 12),
        ("drop table LB", f'"DROP TABLE LB" is not in the language: {USE}', 0),
        ("A > B / 2", DIVISION, 4),
        ("cast(A as integer) = 1", BESIDE, 5),
        ("A::integer = 1", "types come from the table model: a formula cannot cast", 0),
        ("date '2014-01-01' < A", "types come from the table model: a formula cannot cast", 5),
        ("A like 'x%'", "there are no patterns: use starts_with, ends_with or contains", 0),
        ("A || 'x' = B", "use concat(a, b)", 0),
        ("A % 2 = 0", f'"A % 2" is not in the language: {USE}', 0),
        ("A is distinct from B", f'"A IS DISTINCT FROM B" is not in the language: {USE}', 0),
        ("A[1] = 1", f'"A[1]" is not in the language: {USE}', 0),
        ("A between symmetric 1 and 2", "SYMMETRIC is not in the language", 0),
        ("count(* except (A)) over w", "EXCEPT is not in the language", 6),
        (
            "count(distinct A) over w",
            "distinct is not in the language: count the rows of a table with that key",
            15,
        ),
        ("A = 1 B", BESIDE, 0),
        ("A = 1; B = 2", "one expression was expected", 5),
        ("", "one expression was expected", 0),
        ("A = 1 -- one", COMMENT, 6),
        ("A = 1 /* one */", COMMENT, 6),
        ("A = 1 {# one #}", COMMENT, 6),
        ("--STDTC <= A", COMMENT, 0),
        ('A = "ALT"', f'"ALT" {QUOTES}', 4),
        ('"A" = 1', f'"A" {QUOTES}', 0),
        ("sum(A) over (partition by B)", WINDOW, 0),
        ("sum(A) over (order by B) > 1", WINDOW, 0),
        ("B = 1 and sum(A) over () > 1", WINDOW, 10),
        ("dm.x.A = 1", '"dm.x.A" has too many dots: a lookup and a column were expected', 0),
        ("A = 1e5", '"1e5" is not a plain decimal number, such as 0.5', 4),
        (
            "A = 1234567890123",
            "1234567890123 has too many digits: 12 before and 6 after the point are exact",
            4,
        ),
        (
            "A = 0.1234567",
            "0.1234567 has too many digits: 12 before and 6 after the point are exact",
            4,
        ),
        ("A >", f'this is not an expression near ">": {VALUE}', 2),
        ("(A > 1", f'this is not an expression near "1": {BRACKET}', 5),
        ("A > 1)", f'this is not an expression near ")": {VALUE}', 5),
        ("A = @v", f'"@v" is not in the language: {USE}', 0),
        ("A = ?", f'"?" is not in the language: {USE}', 0),
        ("A = x.y.z(1)", f'"x.y.z(1)" is not in the language: {USE}', 4),
    ],
)
def test_what_is_not_on_the_list_is_refused_with_its_place(
    text: str, sentence: str, offset: int
) -> None:
    assert refused(text) == (sentence, offset)


def test_a_formula_has_a_greatest_length() -> None:
    longest = "A = 1" + " " * (LONGEST - 5)
    assert isinstance(parse(longest), exp.EQ)
    assert refused(longest + " ") == (
        "the formula has 4001 characters; at most 4000 are allowed",
        0,
    )


def test_a_formula_has_a_greatest_depth() -> None:
    assert isinstance(parse("not " * (DEEPEST - 1) + "A"), exp.Not)
    assert (
        refused("not " * (DEEPEST + 1) + "A")[0] == "the formula is nested more than 60 levels deep"
    )
    assert refused("(" * 1900 + "A" + ")" * 1900)[0] == "the formula is nested too deeply"


def test_a_text_may_hold_what_looks_like_a_comment_or_a_query() -> None:
    for text in ("A = 'x -- y'", "A = '/* x'", "A = 'it''s -- so'", "A = 'select 1; drop'"):
        assert parse(text).expression.is_string


def test_any_call_is_a_bare_name_without_a_meaning_of_an_engine() -> None:
    for call in ("now()", "read_csv('x')", "date_trunc('month', A)", "current_date()", "sum(A)"):
        assert isinstance(parse(call), exp.Anonymous)


def test_names_are_those_of_columns_and_not_of_schedules_or_windows() -> None:
    tree = parse("planned_between(scans, A, dm.B) > 1 and max(C) over earlier = previous.D")
    assert {(alias, name) for alias, name, _ in names(tree)} == {
        ("", "A"),
        ("dm", "B"),
        ("", "C"),
        ("previous", "D"),
    }
    assert schedules(tree) == {"scans"}
    assert windows(tree) == {"earlier"}


def test_a_tree_may_be_changed_without_changing_the_next_one() -> None:
    tree = parse("A = 1")
    tree.set("this", exp.column("B"))
    assert parse("A = 1").sql() == "A = 1"


TEXT = """
A B 1 0.5 'x' ( ) , . + - * / = <> < > <= >= and or not in between is null case when then else end
over filter where select from max ( count(*) [ ] { } : ; ? @ $ % || :: -> " ' ² ٣ é
"""
WORDS = st.sampled_from(TEXT.split())


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(text=st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=20))
def test_any_text_is_a_formula_or_is_refused_with_a_sentence(text: str) -> None:
    try:
        assert parse(text) is not None
    except FormulaError as error:
        assert str(error)
        assert 0 <= error.offset <= len(text)
