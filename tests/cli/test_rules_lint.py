import json
import subprocess
import sys
from pathlib import Path

import pytest

RULES = """
rules:
  - id: DOSE
    title: A dose is more than nothing
    kind: check
    source: ours
    applies_to: {table: EX, where: EXDOSE > 0}
    condition: EXDOSE >= %d
"""


@pytest.fixture
def doses(trial: Path) -> Path:
    """A rule file that cannot fail."""
    file = trial / "doses.yaml"
    file.write_text(RULES % 0, "utf-8")
    return file


def test_a_problem_is_shown_with_its_place_and_ends_with_1(run, doses) -> None:
    ran = run("rules", "lint", "doses.yaml", "--quiet")
    assert ran.code == 1
    assert ran.lines == [
        "place            rule  problem                           clause       how known",
        "doses.yaml:8:16  DOSE  never false: no row can break it  EXDOSE >= 0  solved",
    ]


def test_rules_without_a_problem_say_nothing(run, doses) -> None:
    doses.write_text(RULES % 1, "utf-8")
    ran = run("rules", "lint", "doses.yaml", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert run("rules", "lint", "doses.yaml", "-q", "--format", "json").out == "[]\n"


def test_the_answer_is_also_json_and_csv(run, doses) -> None:
    [found] = json.loads(run("rules", "lint", "doses.yaml", "--format", "json").out)
    assert list(found) == ["place", "rule", "problem", "clause", "how known"]
    assert found["clause"] == "EXDOSE >= 0"
    header, row = run("rules", "lint", "doses.yaml", "--format", "csv").lines
    assert header == "place,rule,problem,clause,how known" and row.endswith(",solved")


def test_only_the_rules_that_are_named_are_looked_at(run, doses) -> None:
    assert run("rules", "lint", "--pack", "doses.yaml", "--rules", "DOSE").code == 1
    ran = run("rules", "lint", "doses.yaml", "--rules", "DOES")
    assert ran.code == 2 and 'did you mean "DOSE"?' in ran.err


def test_without_the_solver_it_is_told_what_to_install(doses) -> None:
    text = (
        "import sys; sys.modules['z3'] = None; from oncorules.cli.main import main; "
        f"sys.exit(main(['rules', 'lint', {str(doses)!r}]))"
    )
    ran = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == (
        "oncorules: rules lint needs the solver z3; pip install 'oncorules[lint]'\n"
    )
