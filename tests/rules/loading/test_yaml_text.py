from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.errors import RuleError
from oncorules.rules.loading.yaml_text import LARGEST_FILE, read_scalar, read_yaml, read_yaml_text


def said(text: str | bytes) -> list[str]:
    with pytest.raises(RuleError) as caught:
        read_yaml_text(text, "x.yaml")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("word", ["NO", "no", "yes", "Y", "on", "off", "2014-02", "12:30", "1_000"])
def test_words_that_older_yaml_misread_stay_texts(word: str) -> None:
    assert read_yaml_text(f"a: {word}", "x.yaml").data == {"a": word}


@pytest.mark.parametrize("word", ["010", "00", "1e3", "12E5", "0x1F", "0o17", ".inf", ".nan", "1."])
def test_a_code_that_looks_like_a_number_keeps_its_digits(word: str) -> None:
    assert read_scalar(word) == word


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("0", 0),
        ("-3", -3),
        ("+5", 5),
        ("2014", 2014),
        ("12345678901234567890", 12345678901234567890),
    ],
)
def test_whole_numbers_are_exact(word: str, value: int) -> None:
    assert read_scalar(word) == value
    assert type(read_scalar(word)) is int


def test_decimals_keep_the_digits_they_were_written_with() -> None:
    data = read_yaml_text("[1.50, 0.1, -.5, 18.0]", "x.yaml").data
    assert [str(value) for value in data] == ["1.50", "0.1", "-0.5", "18.0"]
    assert all(type(value) is Decimal for value in data)


def test_a_number_of_five_thousand_digits_is_a_text_and_no_accident() -> None:
    assert read_scalar("9" * 5000) == "9" * 5000


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_none(word: str) -> None:
    assert read_yaml_text(f"a: {word}", "x.yaml").data == {"a": None}


def test_quotes_make_a_text_of_anything() -> None:
    assert read_yaml_text("""['12', "null", 'true']""", "x.yaml").data == ["12", "null", "true"]


def test_keys_are_texts_as_written() -> None:
    data = read_yaml_text("no: a\n4: b\nnull: c\n1.50: d\n", "x.yaml").data
    assert list(data) == ["no", "4", "null", "1.50"]


def test_an_anchor_repeats_a_value_and_its_place_is_where_it_stands() -> None:
    document = read_yaml_text("a: &ours {document: ours}\nb: *ours\n", "x.yaml")
    assert document.data["b"] == {"document": "ours"}
    assert document.place(("b", "document")) == "x.yaml:1:21"
    assert document.place(("b",)) == "x.yaml:2:1"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    document = read_yaml_text(b"\xef\xbb\xbfa: 1\r\nb: >\r\n  x\r\n  y\r\n", "x.yaml")
    assert document.data == {"a": 1, "b": "x y\n"}
    assert document.place(("b",)) == "x.yaml:2:4"


def test_a_duplicate_key_names_both_lines_and_all_duplicates_come_together() -> None:
    assert said("a: 1\nb: 2\na: 3\nc: {d: 1, d: 2}\n") == [
        'x.yaml:3:1: the key "a" stands twice; first in line 1',
        'x.yaml:4:11: the key "d" stands twice; first in line 4',
    ]


def test_every_tab_is_refused_with_its_place() -> None:
    tab = 'a tab; use blanks (in double quotes a tab is written "\\t")'
    assert said("a:\n\tb: 1\nc:\t2\n") == [f"x.yaml:2:1: {tab}", f"x.yaml:3:3: {tab}"]
    assert read_yaml_text('a: "x\\ty"', "x.yaml").data == {"a": "x\ty"}


def test_an_anchor_bomb_is_refused_before_it_goes_off() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for above, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{above}'] * 10)}]")
    assert said("\n".join(lines)) == [
        "x.yaml:4:36: anchors multiply: at most 100 aliases and 10000 repeated values in a file; "
        "write the values out"
    ]


def test_an_alias_inside_its_own_anchor_is_refused() -> None:
    assert said("a: &x [1, *x]") == ['x.yaml:1:11: "*x" stands inside its own anchor']


def test_an_alias_without_an_anchor_is_refused() -> None:
    assert said("a: *x") == ['x.yaml:1:4: "*x" points to no anchor above it; quote the text']


def test_a_tag_is_refused() -> None:
    (line,) = said("a: !!python/object/apply:os.system [ls]")
    assert line.startswith("x.yaml:1:4: a tag (") and line.endswith(
        "is not allowed; write the value alone"
    )


def test_a_second_document_is_refused() -> None:
    assert said("a: 1\n---\nb: 2\n") == [
        'x.yaml:2:1: a second document ("---"); one file holds one document'
    ]


def test_a_directive_cannot_bring_back_the_old_yaml() -> None:
    assert said("%YAML 1.1\n---\na: NO\n") == ["x.yaml:2:1: a % directive; remove the line"]


def test_a_byte_that_is_not_utf_8_has_its_place() -> None:
    assert said(b"a: 1\nb: gr\xfc\xdf") == ["x.yaml:2:6: a byte that is not UTF-8; save as UTF-8"]


def test_a_control_character_has_its_place() -> None:
    assert said("a: 1\nb: \x00") == ["x.yaml:2:4: the character U+0000; remove it"]


def test_endless_nesting_is_refused() -> None:
    assert said("[" * 5000) == ["x.yaml:1:42: nested deeper than 40 levels"]


def test_a_list_as_key_is_refused() -> None:
    assert said("? [a, b]\n: c\n") == [
        "x.yaml:1:3: a key is one word, not a list, a mapping or an alias"
    ]


def test_a_missing_key_is_said() -> None:
    assert said("a: 1\n: 2\n") == ["x.yaml:2:1: a key is missing before the colon"]


BLOCK_STYLE = (
    "inside { } and [ ] a comma ends a value: formulas stand in block style, one key per line, "
    "and a text with a comma needs quotes"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{value: least(a, b), unit: mm}", 'x.yaml:1:9: "least(a" is cut off at a comma'),
        ("{where: X in ('CR', 'PR')}", "x.yaml:1:9: \"X in ('CR'\" is cut off at a comma"),
        ("[least(a, b)]", 'x.yaml:1:2: "least(a" is cut off at a comma'),
        ("{note: so no IDVAR, nor that}", 'x.yaml:1:21: "nor that" has no value'),
    ],
)  # fmt: skip
def test_a_formula_that_a_comma_cuts_in_braces_is_recognised(text: str, message: str) -> None:
    assert said(text) == [f"{message}; {BLOCK_STYLE}"]


def test_a_formula_with_a_comma_is_fine_in_quotes_and_in_block_style() -> None:
    document = read_yaml_text("a: {value: 'least(a, b)'}\nb:\n  value: least(a, b)\n", "x.yaml")
    assert document.data["a"] == document.data["b"] == {"value": "least(a, b)"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: b: c", 'a text that holds ": " needs quotes or a block (>)'),
        ("a: 'CR' = x", "goes on after it needs quotes around the whole or a block (>)"),
        ("message: {A: 1} on day", "needs quotes around the whole or a block (>)"),
        ("a: @x", "a text that starts with this character needs quotes"),
        ("a: 'x", "a quote is not closed"),
        ("a: {b: c", "a bracket is not closed"),
        ("  a: b\n c: d", "check the indentation"),
    ],
)
def test_a_syntax_error_has_a_place_and_a_remedy(text: str, hint: str) -> None:
    (line,) = said(text)
    assert line.startswith("x.yaml:") and "not valid YAML" in line and hint in line
    assert "<" not in line


def test_a_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(RuleError, match=r"large\.yaml: the file is larger than 2 MB; split it"):
        read_yaml(path, "large.yaml")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"x\.yaml: the file cannot be read: no such file"):
        read_yaml(tmp_path / "x.yaml", "x.yaml")


SIGNS = [*"ab1.:-#&*!|>'\"%@`{}[](),? \n\t\\~\x00", "é", "\ufeff", "\u2028"]


@given(st.text(alphabet=st.sampled_from(SIGNS), max_size=60))
def test_any_text_is_either_read_or_refused_with_a_place(text: str) -> None:
    try:
        document = read_yaml_text(text, "x.yaml")
    except RuleError as error:
        assert all(problem.place.startswith("x.yaml") for problem in error.problems)
    else:
        assert document.place().startswith("x.yaml")
