"""Wrong calls: one sentence with the nearest right word, exit code 2."""

from __future__ import annotations

from typing import Any

import pytest

UNSET = "; is a variable of the shell not set?"
PACK = """\
parameters:
  limit: {value: 3, unit: mg, source: ours}
  how: {value: strict, choices: [strict, loose], source: ours}
presets:
  careful: {limit: 5}
rules:
"""
ONE_RULE = """\
  - id: %s
    title: A dose is more than nothing
    kind: check
    source: ours
    applies_to: {table: EX}
    parameters:
      slack: {value: 0, source: ours}
    condition: EXDOSE > limit + slack
    message: Dose {EXDOSE}.
"""


@pytest.fixture
def words(desk: Any) -> list[str]:
    """The words of a call that is right."""
    pack = desk.pack(PACK + ONE_RULE % "R-1" + ONE_RULE % "R-2")
    return ["validate", desk.export(), "--pack", pack]


def test_the_call_is_right_without_a_wrong_word(desk: Any, words: list[str]) -> None:
    assert desk.call(*words).code == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["--rules", "R-3"], 'there is no rule "R-3" in these packs; did you mean "R-2"?'),
        (["--exclude", "R-3"], 'there is no rule "R-3" in these packs; did you mean "R-2"?'),
        (
            ["--rules", "EX.EXDOSE.tpye"],
            'there is no structure check "EX.EXDOSE.tpye" for this export;'
            ' did you mean "EX.EXDOSE.type"?',
        ),
        (
            ["--rules", "R-1", "--exclude", "R-2"],
            'to exclude "R-2" has no effect, since only R-1 would run; leave it out',
        ),
        (
            ["--rules", "R-1", "--exclude", "R-1"],
            "R-1 would run and not run; nothing is left, so drop one",
        ),
        (["--rules", ","], '"," names no rule; write ID or ID,ID'),
        (
            ["--rules", ""],
            "an empty word stands after --rules" + UNSET,
        ),
        (["--set", "limt=3"], 'there is no parameter "limt"; did you mean "limit"?'),
        (
            ["--set", "slack=3"],
            'the parameter "slack" can be any of trial:R-1.slack, trial:R-2.slack;'
            " write one of these",
        ),
        (
            ["--set", "limit=much"],
            '--set limit=much: "much" is not a number; trial:limit is a number (mg)',
        ),
        (
            ["--set", "limit=3 kg"],
            '--set limit=3 kg: "kg" is not the unit of trial:limit; it is in mg',
        ),
        (
            ["--set", "how=losse"],
            '--set how=losse: "losse" is not a choice of trial:how; expected strict, loose;'
            ' did you mean "loose"?',
        ),
        (["--set", "limit"], "--set limit: expected NAME=VALUE, such as --set tolerance=3"),
        (
            ["--set", "limit=3", "--set", "limit=4"],
            "--set limit is given twice; leave one of them out",
        ),
        (
            ["--set", "limit=3", "--set", "trial:limit=4"],
            '--set sets one parameter twice: "limit" and "trial:limit"',
        ),
        (["--preset", "carful"], 'there is no preset "carful"; did you mean "careful"?'),
        (["--memory", "lots"], 'memory "lots" is not a size; write it like 500MB or 2GB'),
        (["--memory", "1KB"], 'memory "1KB" is too little to work with; give 64MB or more'),
        (
            ["--jobs", "0"],
            "invalid value for '--jobs': expected 1 or more; see oncorules validate --help",
        ),
        (
            ["--jobs", "many"],
            "invalid value for '--jobs': expected a whole number; see oncorules validate --help",
        ),
        (["--jobs", "100000000"], "the number of jobs is 100000000; give 1 to 256"),
        (
            ["--allow-not-run", "--fail-on", "never"],
            "--allow-not-run has no effect with --fail-on never; leave one out",
        ),
        (
            ["--fail-on", "errors"],
            "invalid value for '--fail-on': 'errors' is not one of"
            " 'error', 'warning', 'notice', 'never'; see oncorules validate --help",
        ),
        (
            ["--pak", "sdtm"],
            "no such option: --pak; did you mean --pack? See oncorules validate --help",
        ),
        (["--bogus"], "no such option: --bogus; did you mean one of --jobs, --out?"),
    ],
)
def test_a_wrong_word_after_validate_is_told(
    desk: Any, words: list[str], wrong: list[str], sentence: str
) -> None:
    said = desk.refuse(2, *words, *wrong)
    assert said.removesuffix(" See oncorules validate --help") == sentence.removesuffix(
        " See oncorules validate --help"
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (["validat"], "no such command 'validat'; did you mean 'validate'? See oncorules --help"),
        (["zzz"], "no such command 'zzz'; see oncorules --help"),
        (["rules"], "missing command; see oncorules rules --help"),
        (
            ["rules", "tets"],
            "no such command 'tets'; did you mean 'test'? See oncorules rules --help",
        ),
        (["validate"], "missing argument 'EXPORT'; see oncorules validate --help"),
        (
            ["validate", "export", "--pack", "sdmt"],
            'there is no pack "sdmt"; did you mean "sdtm"? shipped packs: ',
        ),
        (
            ["validate", "export", "--study", "nowhere.yaml"],
            'there is no pack "nowhere.yaml"; shipped packs: ',
        ),
        (
            ["validate", "export", "--preset", "strict"],
            'there is no preset "strict"; the packs have no presets',
        ),
        (
            ["validate", ""],
            "an empty word stands after validate" + UNSET,
        ),
        (
            ["derive", "export"],
            "sdtm publishes no table; name a pack that does with --pack,"
            " or take the inner tables with --all",
        ),
        (
            ["derive", "export", "--all", "--as", "csv"],
            "--as has no effect without --out; say where to write with --out DIR",
        ),
        (
            ["explain", "export"],
            "say what to explain: one of --finding ID, --row FILE:ROW, --subject ID",
        ),
        (
            ["explain", "export", "--row", "dx.csv:1"],
            'no file "dx.csv" was read; did you mean "ex.csv"?',
        ),
        (
            ["rules", "show", "NO-SUCH-RULE-AT-ALL"],
            'there is no rule or table "NO-SUCH-RULE-AT-ALL" in ',
        ),
    ],
)
def test_a_wrong_call_is_told(desk: Any, wrong: list[str], sentence: str) -> None:
    desk.export()
    said = desk.refuse(2, *wrong)
    # What comes with oncorules is listed last, and grows.
    assert said.startswith(sentence) if sentence.endswith(" ") else said == sentence


@pytest.mark.parametrize("verb", [["validate", "export"], ["demo"], ["rules", "list"]])
def test_a_flag_that_a_verb_has_no_use_for_is_refused(desk: Any, verb: list[str]) -> None:
    desk.export()
    assert desk.refuse(2, *verb, "--as", "csv").startswith("no such option: --as")
