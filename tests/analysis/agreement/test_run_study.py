"""A study's plan run on an export: tables, analyses, selections, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.analysis.agreement.run_study import StudyRun, run_study
from oncorules.errors import CallError, DataError, RuleError

from ..published.papers import write_paper
from .drawn_study import PACK, PLAN, SUBJECTS, write_export, write_study


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> StudyRun:
    """The small study, run on its export."""
    folder = tmp_path_factory.mktemp("small")
    return run_study(str(write_study(folder)), write_export(folder))


def test_the_rows_of_the_tables_that_the_plan_reads_are_kept(done):
    assert list(done.tables) == ["ADSL"]
    assert [row["USUBJID"] for row in done.tables["ADSL"]] == list("ABCDE")


def test_every_analysis_of_the_plan_and_of_its_tables_has_an_outcome(done):
    assert set(done.outcomes) == {
        "treated", "control", "table-1.pfs.all.t", "table-1.pfs.all.c", "table-1.pfs.all.p",
        *(f"table-1.sex.{row}.{arm}" for row in ("male", "female") for arm in "tc"),
    }  # fmt: skip
    assert [one.reason for one in done.outcomes.values() if one.reason] == []
    assert done.outcomes["table-1.sex.female.t"].values["n"] == 2


def test_a_selection_tells_who_left_and_for_whom_it_could_not_be_decided(done):
    (step,) = done.selections["adults"]
    assert (step.entered, step.failed, step.not_evaluable, step.left) == (5, 1, 1, 3)
    ages = [line.split(",")[3] for line in SUBJECTS.splitlines()[1:]]
    assert sum(age != "" and int(age) >= 18 for age in ages) == step.left


def test_parameters_have_the_values_that_held(done):
    assert done.parameters == {"adult": 18}


def test_progress_is_told(tmp_path):
    told: list[tuple[str, int, int]] = []
    run_study(
        str(write_study(tmp_path)), write_export(tmp_path), progress=lambda *step: told.append(step)
    )
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2]


def test_a_table_that_is_not_derived_leaves_its_analyses_without_values(tmp_path):
    plan = PLAN.replace("    of: ADSL\n    interval", "    of: ADXX\n    interval")
    found = run_study(str(write_study(tmp_path, plan)), write_export(tmp_path)).outcomes
    assert found["table-1.sex.male.t"].reason == (
        "the study derives no table ADXX from this export"
    )
    assert found["treated"].values["n"] == 3


def test_an_empty_group_leaves_its_analyses_without_values(tmp_path):
    subjects = "\n".join(line for line in SUBJECTS.splitlines() if ",C," not in line)
    found = run_study(str(write_study(tmp_path)), write_export(tmp_path, subjects)).outcomes
    assert found["control"].reason == "the group is empty: no row of ADSL has ARM C"
    assert found["treated"].values["n"] == 3


def test_a_study_without_rows_of_its_own_needs_an_export(tmp_path):
    with pytest.raises(CallError, match="the study small has no rows of its own; give an export"):
        run_study(str(write_study(tmp_path)))


def test_a_paper_without_a_pack_derives_nothing(tmp_path):
    with pytest.raises(CallError, match=r"the study small has no pack\.yaml, so it derives"):
        run_study(str(write_paper(tmp_path)), write_export(tmp_path))


def test_an_export_that_is_not_there_is_refused(tmp_path):
    with pytest.raises((CallError, DataError), match="nowhere"):
        run_study(str(write_study(tmp_path)), tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("pack", "plan", "error", "said"),
    [
        (PACK, PLAN.replace("{adults: ", "{adult: "), CallError,
         'there is no selection "adult"; did you mean "adults"?'),
        (PACK.replace("  ATTR: {from: adults}\n", ""), PLAN, CallError,
         "the pack small does not publish the selection adults; add it"),
        (PACK.replace("AGE >= adult", "AGE >= adlt"), PLAN, RuleError,
         'did you mean "adult"?'),
    ],
)  # fmt: skip
def test_a_study_whose_parts_do_not_fit_is_refused(tmp_path: Path, pack, plan, error, said):
    with pytest.raises(error) as raised:
        run_study(str(write_study(tmp_path, plan, pack)), write_export(tmp_path))
    assert said in str(raised.value)
