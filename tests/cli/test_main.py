import subprocess
import sys

import pytest

import oncorules
from oncorules.cli.main import main

VERBS = [
    "demo", "validate", "init", "compare", "known", "derive", "explain", "schema",
    "expectations", "generate", "score", "rules",
]  # fmt: skip
RULE_VERBS = [
    "list", "show", "test", "boundaries", "mutate", "lint", "cost", "diff", "docs", "sql", "schema",
    "new",
]  # fmt: skip


def test_the_version_is_printed(capsys) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"oncorules {oncorules.__version__}\n"


def test_no_words_at_all_shows_the_help(capsys) -> None:
    assert main([]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {verb} " in out for verb in VERBS)


def test_the_help_of_rules_names_its_verbs(capsys) -> None:
    assert main(["rules", "--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {verb} " in out for verb in RULE_VERBS)


@pytest.mark.parametrize(
    "words", [[verb] for verb in VERBS] + [["rules", verb] for verb in RULE_VERBS]
)
def test_every_verb_has_help_in_whole_sentences(words, capsys) -> None:
    assert main([*words, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: oncorules ")
    assert "..." not in out.splitlines()[2]
    assert out.splitlines()[2].endswith(".")


@pytest.mark.parametrize("words", [[], ["rules"]])
def test_no_line_of_the_list_of_verbs_is_cut(words, capsys) -> None:
    main([*words, "--help"])
    listed = capsys.readouterr().out.split("Commands:")[1]
    assert "..." not in listed


def test_the_module_runs_as_the_console_script_does() -> None:
    code = "import sys; from oncorules.cli.main import main; sys.exit(main(['--oops']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
