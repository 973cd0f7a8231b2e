"""The hooks for pre-commit call verbs that there are, and fail when a rule is wrong."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from oncorules.cli.main import main

HOOKS = YAML(typ="safe").load(Path(__file__).parents[1] / ".pre-commit-hooks.yaml")
RULE = """
rules:
  - id: ADULT
    title: Everybody is an adult
    kind: check
    source: ours
    applies_to: {{table: DM}}
    condition: AGE >= 18
    message: Age {{AGE}}.
    examples:
      columns: [AGE, expect]
      rows:
        - [18, met]
        - [{last}, not met]
"""


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_passes_good_rules_and_fails_wrong_ones(hook, tmp_path, capsys):
    program, *verb = shlex.split(hook["entry"])
    assert program == "oncorules"
    good, wrong = tmp_path / "good.yaml", tmp_path / "wrong.yaml"
    good.write_text(RULE.format(last=17))
    wrong.write_text(RULE.format(last=19 if verb[-1] == "test" else 3))
    assert main([*verb, str(good)]) == 0
    assert main([*verb, str(wrong)]) == 1
    assert "ADULT" in capsys.readouterr().out


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_gets_its_packs_from_the_user_and_runs_when_yaml_changes(hook):
    assert hook["pass_filenames"] is False
    assert hook["files"] == r"\.ya?ml$"
    assert hook["language"] == "python"
