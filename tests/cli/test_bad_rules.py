"""Rule files that cannot be used: file, line and column, exit code 2, before any data is read."""

from __future__ import annotations

import os
from typing import Any

import pytest

import oncorules

BOMB = "parameters:\n  a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  {name}: &{name} [{', '.join([f'*{below}'] * 9)}]\n"
    for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def refuse(desk: Any, pack: str) -> str:
    """Return the sentence of `validate`, which writes nothing."""
    desk.export()
    return str(desk.refuse(2, "validate", "export", "--pack", pack, "--out", "out"))


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"title": "a\n    title: b"}, '8:5: the key "title" stands twice; first in line 7'),
        (
            {"title": "a\tb"},
            '7:13: a tab; use blanks (in double quotes a tab is written "\\t")',
        ),
        (
            {"conditon": "EXDOSE > 0"},
            '14:5: unknown key "conditon" in rule DOSE; did you mean "condition"?',
        ),
        (
            {"condition": "EXDOSE > (select max(EXDOSE) from EX)"},
            "12:26: a formula cannot hold a query: use a lookup",
        ),
        (
            {"condition": "lenght(EXTRT) > 0"},
            '12:16: "lenght" is no function of the language; did you mean "length"?',
        ),
        (
            {"condition": "EXDOES > 0"},
            '12:16: "EXDOES" is no column and no parameter here; did you mean "EXDOSE"?',
        ),
        (
            {"message": "Dose {EXDOES}."},
            '13:14: "EXDOES" is no column and no parameter here; did you mean "EXDOSE"?',
        ),
        ({"applies_to": "{table: EXX}"}, '11:25: there is no table "EXX"; did you mean "EX"?'),
        (
            {"parameters": "{limit: {value: 3, unit: 10e9/L, source: ours}}"},
            '14:42: unit "10e9/L" is not a known unit; did you mean "10^9/L"?',
        ),
        (
            {
                "parameters": "{limit: {value: 3, unit: mg, source: ours}}",
                "condition": "days_between(EXSTDTC, EXENDTC) > limit",
            },
            "12:16: the comparison has day on one side and mg on the other: convert one of them",
        ),
        ({"condition": "EXDOSE > 'a'"}, "12:16: a number cannot be compared with a text"),
        (
            {"condition": "EXDOSE + EXTRT > 1"},
            "12:16: arithmetic needs a number, and this is a text",
        ),
        (
            {"condition": "EXDOSE"},
            "12:16: a condition that is true or false was expected, not a number",
        ),
        ({"condition": "EXDOSE > 1; drop table EX"}, "12:26: one expression was expected"),
        (
            {"severity": "fatal"},
            '9:15: expected one of "error", "warning", "notice", found "fatal"',
        ),
        (
            {"title": "!!python/object:os.system x"},
            '7:12: a tag ("tag:yaml.org,2002:python/object:os.system") is not allowed;'
            " write the value alone",
        ),
    ],
)
def test_a_faulty_rule_is_told_with_its_place(
    desk: Any, keys: dict[str, str], sentence: str
) -> None:
    assert refuse(desk, desk.rule(**keys)) == f"trial.yaml:{sentence}"


@pytest.mark.parametrize(
    "keys", [{"conditon": "true"}, {"condition": "EXDOES > 0"}, {"condition": "EXDOSE > 'a'"}]
)
def test_a_test_of_the_rules_says_the_same_even_without_examples(
    desk: Any, keys: dict[str, str]
) -> None:
    pack = desk.rule(**keys)
    assert desk.refuse(2, "rules", "test", pack) == refuse(desk, pack)


@pytest.mark.parametrize("call", ["read_csv('/etc/passwd') = 1", "getenv('HOME') = 'x'"])
def test_a_function_that_is_not_on_the_list_is_told_with_the_list(desk: Any, call: str) -> None:
    said = refuse(desk, desk.rule(condition=call))
    name = call.partition("(")[0]
    begin = f'trial.yaml:12:16: "{name}" is no function of the language; there are abs, '
    assert said.startswith(begin)


def test_an_anchor_bomb_is_refused_before_it_grows(desk: Any) -> None:
    assert refuse(desk, desk.pack(BOMB)) == (
        "trial.yaml:10:10: anchors multiply: at most 100 aliases and 10000 repeated values"
        " in a file; write the values out"
    )


def test_nesting_without_end_is_refused(desk: Any) -> None:
    said = refuse(desk, desk.pack("parameters: " + "[" * 5_000))
    assert said == "trial.yaml:5:53: nested deeper than 40 levels"


@pytest.mark.parametrize("formula", ["not " * 3_000 + "true", "1 + " * 3_000 + "1"])
def test_a_formula_without_end_is_refused(desk: Any, formula: str) -> None:
    said = refuse(desk, desk.rule(condition=formula))
    assert said.startswith("trial.yaml:12:16: the formula has ")
    assert said.endswith(" characters; at most 4000 are allowed")


@pytest.mark.parametrize(
    "formula", ["not " * 900 + "true", "(" * 3_000, "(" * 900 + "1 = 1" + ")" * 900]
)
def test_a_formula_that_is_nested_too_deep_is_refused(desk: Any, formula: str) -> None:
    said = refuse(desk, desk.rule(condition=formula))
    assert said.startswith("trial.yaml:12:"), said


def test_a_file_that_is_no_text_is_told(desk: Any) -> None:
    (desk.folder / "trial.yaml").write_bytes(b"\xff\xfe\x00")
    said = refuse(desk, "trial.yaml")
    assert said == "trial.yaml:1:1: a byte that is not UTF-8; save as UTF-8"


def test_two_rules_with_one_id_are_told_with_both_places(desk: Any) -> None:
    pack = desk.rule()
    text = (desk.folder / pack).read_text("utf-8")
    (desk.folder / pack).write_text(text + text.partition("rules:\n")[2], "utf-8")
    said = refuse(desk, pack)
    assert said == "trial.yaml:14:5: rule DOSE stands twice; first at trial.yaml:6:5"


def test_two_packs_with_one_rule_id_are_told(desk: Any) -> None:
    desk.export()
    other = desk.rule("b.yaml", "id: b\ntitle: B\nversion: 1.0.0\nlanguage: 1\n")
    said = desk.refuse(2, "validate", "export", "--pack", desk.rule(), "--pack", other)
    assert said == 'b.yaml:6:9: rule "DOSE" of b has the id of a rule of trial'


def test_a_pack_of_a_newer_language_is_told_before_its_new_words(desk: Any) -> None:
    header = "id: trial\ntitle: A trial\nversion: 1.0.0\nlanguage: 2\nnew_words: [a]\n"
    said = refuse(desk, desk.rule(header=header))
    assert said == (
        "trial.yaml:4:11: the pack is written in rule language 2, and oncorules"
        f" {oncorules.__version__} reads language 1; install a newer oncorules"
    )


def folder_pack(desk: Any, header: str = "") -> str:
    begin = "id: own\ntitle: Own\nversion: 1.0.0\nlanguage: 1\n"
    desk.pack("", name="own/pack.yaml", header=begin + header)
    return "own"


@pytest.mark.parametrize("target", ["../secret.yaml", "/etc/hostname"])
def test_a_link_that_climbs_out_of_the_pack_is_refused(desk: Any, target: str) -> None:
    pack = folder_pack(desk)
    os.symlink(target, desk.folder / pack / "rules.yaml")
    said = refuse(desk, pack)
    assert said == "own/rules.yaml: a link that leads out of the pack; copy the file"


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            "extends: [../../etc/passwd]\n",
            '5:11: "../../etc/passwd" is not a pack id; expected letters, digits, dots and hyphens',
        ),
        (
            "publish:\n  ../../evil: {from: dose}\n",
            '6:3: "../../evil" is not a name; expected letters, digits and underscores',
        ),
    ],
)
def test_a_name_that_climbs_out_of_the_pack_is_refused(
    desk: Any, header: str, sentence: str
) -> None:
    assert refuse(desk, folder_pack(desk, header)) == f"own/pack.yaml:{sentence}"


def test_a_folder_without_a_header_is_told(desk: Any) -> None:
    (desk.folder / "own").mkdir()
    said = refuse(desk, "own")
    assert said == "own: a pack folder needs a pack.yaml; there is none"


def test_all_faults_of_a_file_are_told_at_once_and_no_data_is_read(desk: Any) -> None:
    pack = desk.rule(severity="fatal", extra="1")
    answer = desk.call("validate", "no-such-export", "--pack", pack)
    assert answer.code == 2
    places = [line.split(":")[1:4] for line in answer.err.splitlines()]
    assert places == [[" trial.yaml", "9", "15"], [" trial.yaml", "14", "5"]]
