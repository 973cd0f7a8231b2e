"""The examples below the help texts are calls that can be made."""

import re
import shlex

import pytest

from oncorules import load_pack
from oncorules.cli.main import main
from oncorules.rules.loading.parameters import resolve_parameters

VERBS = (
    [],
    ["demo"],
    ["validate"],
    ["init"],
    ["compare"],
    ["known"],
    ["derive"],
    ["explain"],
    ["schema"],
    ["expectations"],
    ["reproduce"],
    ["generate"],
    ["resolve"],
    ["score"],
    ["ledger"],
)


def examples(words: list[str], capsys) -> list[list[str]]:
    """The example calls below a help text, as words."""
    assert main([*words, "--help"]) == 0
    _, _, below = capsys.readouterr().out.partition("Examples:\n")
    return [shlex.split(line) for line in below.splitlines()]


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_the_examples_are_calls_of_the_verb_with_flags_that_it_takes(words, capsys) -> None:
    found = examples(words, capsys)
    assert found
    for program, *call in found:
        assert program == "oncorules"
        verb = call[:2] if call[0] == "rules" else call[:1]
        assert call[: len(words)] == words
        assert main([*verb, "--help"]) == 0
        taken = re.findall(r"--[\w-]+", capsys.readouterr().out)
        assert {word for word in call if word.startswith("--")} <= set(taken)


def test_the_rules_and_parameters_of_the_examples_exist(capsys) -> None:
    pack = load_pack("sdtm")
    parameters = resolve_parameters([pack])
    named = [(call[n], call[n + 1]) for words in VERBS for call in examples(words, capsys)
             for n in range(len(call) - 1)]  # fmt: skip
    rules = {value for flag, value in named if flag == "--rules"}
    assert rules and rules <= set(pack.rules)
    settings = [value.partition("=")[0] for flag, value in named if flag == "--set"]
    assert [parameters.find(name).name for name in settings] == ["most_days"]
