import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncorules.rules.loading.yaml_text import read_yaml_text

TEXT = """\
plain: alpha + beta
folded: >
  alpha and
    beta

  gamma
literal: |
  alpha
   beta
single: 'it''s beta'
double: "a\\"b beta"
lines: alpha
  beta
list:
  - CR: alpha = beta
    id: confirmed
  - null: otherwise
on: [USUBJID]
"""
DOCUMENT = read_yaml_text(TEXT, "x.yaml")


@pytest.mark.parametrize(
    ("key", "word", "place"),
    [
        ("plain", "beta", "x.yaml:1:16"),
        ("folded", "alpha", "x.yaml:3:3"),
        ("folded", "beta", "x.yaml:4:5"),
        ("folded", "gamma", "x.yaml:6:3"),
        ("literal", "beta", "x.yaml:9:4"),
        ("single", "beta", "x.yaml:10:16"),
        ("double", "beta", "x.yaml:11:15"),
        ("lines", "beta", "x.yaml:13:3"),
    ],
)
def test_a_character_of_a_text_has_its_place(key: str, word: str, place: str) -> None:
    assert DOCUMENT.place_in((key,), DOCUMENT.data[key].index(word)) == place


def test_a_value_a_key_and_a_list_have_their_places() -> None:
    assert DOCUMENT.place(("plain",)) == "x.yaml:1:8"
    assert DOCUMENT.place_key(("plain",)) == "x.yaml:1:1"
    assert DOCUMENT.place(("list",)) == "x.yaml:14:1"
    assert DOCUMENT.place(("list", 1)) == "x.yaml:17:5"


def test_names_of_the_models_lead_to_the_lines_of_the_file() -> None:
    assert DOCUMENT.place(("list", 0, "when")) == "x.yaml:15:9"
    assert DOCUMENT.place(("list", 0, "result")) == "x.yaml:15:5"
    assert DOCUMENT.place_in(("list", 0, "when"), 8) == "x.yaml:15:17"
    assert DOCUMENT.place(("list", 1, "result")) == "x.yaml:17:5"
    assert DOCUMENT.place(("on_", "USUBJID")) == "x.yaml:18:6"


def test_what_the_file_does_not_have_gives_the_place_around_it() -> None:
    assert DOCUMENT.place(("list", 0, "id", "nothing", 7)) == "x.yaml:16:9"
    assert DOCUMENT.place(("nothing",)) == "x.yaml:1:1"


def test_a_place_after_the_end_of_a_text_is_its_end() -> None:
    assert DOCUMENT.place_in(("plain",), 99) == "x.yaml:1:20"


@given(
    st.lists(st.sampled_from(["a", "+", "b1", "'x'", "(c)", "<="]), min_size=1, max_size=8),
    st.sampled_from(["plain", ">", "|", "single", "double"]),
    st.data(),
)
def test_every_character_is_found_in_every_style(
    words: list[str], style: str, data: st.DataObject
) -> None:
    text = "z " + " ".join(words)
    written = {
        "plain": f"k: {text}\n",
        ">": f"k: >\n  {text.replace(' ', chr(10) + '  ')}\n",
        "|": f"k: |\n    {text}\n",
        "single": "k: '" + text.replace("'", "''") + "'\n",
        "double": f'k: "{text}"\n',
    }[style]
    document = read_yaml_text(written, "x.yaml")
    value = document.data["k"]
    offset = data.draw(st.sampled_from([i for i, char in enumerate(value) if not char.isspace()]))
    _, line, column = document.place_in(("k",), offset).split(":")
    assert written.split("\n")[int(line) - 1][int(column) - 1] == value[offset]


def test_a_value_begins_behind_its_anchor() -> None:
    document = read_yaml_text("a: &limit x + y\nb: *limit\n", "x.yaml")
    assert document.place(("a",)) == "x.yaml:1:11"
    assert document.place_in(("a",), 4) == "x.yaml:1:15"
