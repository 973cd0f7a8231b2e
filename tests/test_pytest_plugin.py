"""The plug-in in a pytest of its own, as a project that uses it would see it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

import oncorules

from .analysis.agreement.small_study import write_study

DIFFERENT = ('["2", Week 2, "3", "0.67"]', '["2", Week 2, "3", "0.62"]')
GUESSED = ("analysis: cox.AGE.value", "not_computable: nobody wrote it down")
AGREES, DIFFERS = "table-1.a.2.at_risk.n", "table-1.a.2.survival.value"
SETTINGS = "[pytest]\nfilterwarnings = error\nxfail_strict = true\naddopts = --strict-markers -ra\n"
# Other plug-ins would only cost time; ours is named, whether or not it is installed.
PLUG_INS = ["-p", "oncorules.pytest_plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider"]
SOURCES = Path(oncorules.__file__).parents[1]


class Ran(NamedTuple):
    """What a pytest said, and its exit code."""

    code: int
    out: str

    @property
    def verdicts(self) -> dict[str, str]:
        """What became of each test, by what stands behind the study."""
        lines = [line.split() for line in self.out.splitlines() if line.startswith("small::")]
        return {words[0].removeprefix("small::"): words[1] for words in lines}

    @property
    def counts(self) -> str:
        return self.out.splitlines()[-1].strip("= ").rpartition(" in ")[0]


@pytest.fixture
def project(tmp_path):
    """Run pytest in a project with a test of its own, on the small study with changed lines."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pytest.ini").write_text(SETTINGS, "utf-8")
    (folder / "test_ours.py").write_text("def test_ours():\n    assert 1 + 1 == 2\n", "utf-8")

    def ran(*words: str, changes=(), study: bool = True) -> Ran:
        write_study(tmp_path, *changes)
        options = ["--oncorules-study=../small", "--oncorules-export=../export"]
        command = [sys.executable, "-m", "pytest", *PLUG_INS]
        path = os.pathsep.join(filter(None, [str(SOURCES), os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "200"}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        environment.pop("PYTEST_ADDOPTS", None)
        done = subprocess.run(
            [*command, *(options if study else []), *words],
            cwd=folder, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout + done.stderr)

    return ran


def test_each_figure_is_a_test_with_the_verdict_of_the_figure(project):
    ran = project("-v", changes=[DIFFERENT, ("{50}%", "{49}%")])
    assert ran.code == 1
    assert ran.verdicts[AGREES] == "PASSED"
    assert ran.verdicts[DIFFERS] == "FAILED"
    assert ran.verdicts["text.size.4"] == "XFAIL"
    assert ran.counts == "1 failed, 10 passed, 3 skipped, 1 xfailed"
    assert "contradicts in print: 3 of all 6 are 50 %" in ran.out
    for reason in ("quoted from [7]", "fixed by the design: a planned number"):
        assert f"small/published/text.yaml: {reason}" in ran.out
    failure = ran.out.partition("= FAILURES =")[2].partition("short test summary")[0]
    lines = [line for line in failure.splitlines() if not line.startswith(("_", "="))]
    assert lines[:3] == [f"{DIFFERS}: differs", "printed   0.62", "computed  0.67"]
    assert lines[3] == "distance  5 in units of the last digit"
    assert lines[4].startswith("method    Kaplan-Meier")
    assert lines[5:] == ["place     Table 1, Arm A: Week 2, Survival",
                         "file      small/published/table-1.yaml:7"]  # fmt: skip


def test_with_a_baseline_only_what_agreed_before_must_agree(project, tmp_path):
    baseline = tmp_path / "agreed.txt"
    words = ("-v", f"--oncorules-baseline={baseline}")
    baseline.write_text(f"{AGREES}\n", "utf-8")
    ran = project(*words, changes=[DIFFERENT])
    assert (ran.code, ran.verdicts[DIFFERS]) == (0, "XFAIL")
    assert f"XFAIL small::{DIFFERS} - it did not agree in the baseline" in ran.out
    baseline.write_text(f"{DIFFERS}\ntext.change.1\ntext.gone.1\n", "utf-8")
    ran = project(*words, changes=[DIFFERENT, GUESSED])
    assert ran.code == 1
    failed = {id for id, verdict in ran.verdicts.items() if verdict == "FAILED"}
    assert failed == {DIFFERS, "text.change.1", "text.gone.1"}
    assert f"{DIFFERS}: differs, and agreed in the baseline" in ran.out
    assert "the study has no figure of this id any more" in ran.out


def test_workers_of_xdist_say_what_the_first_process_saw(project):
    ran = project("-n", "2", changes=[DIFFERENT])
    assert ran.counts == "1 failed, 11 passed, 3 skipped"
    assert "printed   0.62\ncomputed  0.67\n" in ran.out


def test_figures_are_chosen_by_name_and_by_marker(project):
    assert project("-k", "table-1.a").counts == "4 passed, 11 deselected"
    assert project("-m", "not oncorules").counts == "1 passed, 14 deselected"


def test_without_a_study_nothing_is_added_and_nothing_of_the_library_is_imported(project, tmp_path):
    look = "import sys\n\ndef test_it():\n    assert not SEEN & {one for one in sys.modules}\n"
    heavy = {"oncorules.analysis", "oncorules.errors", "pandas", "duckdb", "lifelines"}
    (tmp_path / "project" / "test_ours.py").write_text(f"SEEN = {heavy}\n{look}", "utf-8")
    assert project(study=False).counts == "1 passed"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("--oncorules-study=freireich", 'no study "freireich"; did you mean "freireich-1963"?'),
        ("--oncorules-study=../small", "small has no rows of its own"),
        ("--oncorules-export=../export", "has no effect without --oncorules-study"),
    ],
)
def test_a_wrong_call_ends_with_a_sentence(project, word, said):
    ran = project(word, study=False)
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert said in ran.out
    assert "Traceback" not in ran.out


def test_pytest_finds_it_by_an_entry_point_with_the_name_that_p_takes():
    """With two names it would be registered twice, and pytest would refuse to start."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    found = tomllib.loads(text)["project"]["entry-points"]["pytest11"]
    assert found == {"oncorules.pytest_plugin": "oncorules.pytest_plugin"}
