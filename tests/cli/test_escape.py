import json

import pytest

from oncorules.cli.escape import to_json, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("one\ntwo\tthree\r", "one\\x0atwo\\x09three\\x0d"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202edef", "abc\\u202edef"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("half \udc80", "half \\udc80"),
        ("µmol/L ≥ 3 größer 患者", "µmol/L ≥ 3 größer 患者"),
        ("[red]not markup[/red]", "[red]not markup[/red]"),
    ],
)
def test_what_would_be_obeyed_is_spelled_and_what_is_read_stays(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["\x1b[31m", "\x7f\x9b", "\u202e", "\udc80", "ü\n", 'quote " \\'])
def test_json_stays_the_same_value_and_holds_no_control_character(text: str) -> None:
    written = to_json({"text": [text]})
    assert json.loads(written) == {"text": [text]}
    assert visible(written.replace("\n", "")) == written.replace("\n", "")
