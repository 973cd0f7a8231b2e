from importlib.util import find_spec

import pytest

from oncorules.cli.main import main

INSTALLED = find_spec("great_expectations") and find_spec("duckdb_engine")


@pytest.mark.skipif(not INSTALLED, reason="the extra gx is not installed")
def test_both_answers_stand_side_by_side_and_the_exit_code_is_that_of_validate(run, trial) -> None:
    ran = run("expectations", "trial.yaml", "--export", "export", "--out", "gx", "-q")
    validated = run("validate", "export", "--pack", "trial.yaml", "-q")
    assert ran.code == validated.code == 1
    (findings,) = (line.split() for line in ran.lines if line.startswith("findings  "))
    assert findings[1] == findings[2] and int(findings[1]) > 0
    assert "s for " in ran.out and "expectations; beside it" in ran.out
    assert ran.lines[-1].startswith("Written to gx: suite.json, result.json, data-docs/index.html")
    assert (trial / "gx" / "findings.csv").is_file()
    assert run("expectations", "trial.yaml", "--export", "export", "--out", "gx", "-q",
               "--fail-on", "never").code == 0  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trial.yaml", "--out", "gx"], "missing option '--export'"),
        (["trial.yaml", "--export", "export"], "missing option '--out'"),
        (["trial.yaml", "--export", "none", "--out", "gx"], "none"),
        (["tiral", "--export", "export", "--out", "gx"], "tiral"),
        (
            ["trial.yaml", "--export", "export", "--out", "gx", "--allow-not-run", "--fail-on",
             "never"],
            "--allow-not-run has no effect",
        ),
    ],
)  # fmt: skip
def test_a_wrong_call_is_refused_and_writes_nothing(words, said, run, trial) -> None:
    ran = run("expectations", *words)
    assert ran.code in (2, 3)
    assert said in ran.err
    assert not (trial / "gx").exists()
    assert main(["expectations", "--help"]) == 0
