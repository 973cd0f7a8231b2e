from datetime import date
from pathlib import Path

from oncorules.report.each.job import Job
from oncorules.report.each.worker import run_job
from oncorules.validation.run_folder import read_run

DAY = date(2024, 3, 1)


def asked(pack: str, **more: object) -> dict[str, object]:
    return {"packs": [pack], "structure": "none", **more}


def test_the_outcome_of_a_job_counts_what_was_read_and_found(site, pack: str) -> None:
    outcome = run_job(Job("a", str(site("a", 70, 17, 3)), asked(pack), DAY))
    assert (outcome.exit_code, outcome.tables, outcome.rows, outcome.subjects) == (1, 1, 3, 3)
    assert outcome.rules == {"not met": 1}
    assert outcome.findings == {"error": 2, "warning": 0, "notice": 0}
    assert outcome.states == {}


def test_a_job_writes_its_run_its_reports_and_its_queries(site, pack: str, tmp_path: Path) -> None:
    out = tmp_path / "out" / "a"
    job = Job(
        "a", str(site("a", 17)), asked(pack), DAY,
        out=str(out), reports=("findings.sarif",), queries="asked",
    )  # fmt: skip
    assert run_job(job).problems == ()
    assert read_run(out).date == DAY
    assert (out / "asked" / "queries.csv").is_file()
    assert "S-0" not in (out / "findings.sarif").read_text("utf-8")  # for servers: masked


def test_what_was_there_before_does_not_fail(site, pack: str, tmp_path: Path) -> None:
    export, before = site("a", 17, 3), tmp_path / "before"
    run_job(Job("a", str(export), asked(pack), DAY, out=str(before)))
    (export / "dm.csv").write_text("USUBJID,AGE\nS-0,17\n", "utf-8")
    outcome = run_job(Job("a", str(export), asked(pack, baseline=str(before)), DAY))
    assert (outcome.exit_code, outcome.states) == (0, {"open": 1})


def test_an_export_that_cannot_be_read_is_told_with_its_whole_error(site, pack: str) -> None:
    export = site("a", 17, "70,4")
    outcome = run_job(Job("a", str(export), asked(pack), DAY))
    assert outcome.exit_code == 3
    assert not outcome.ran
    assert outcome.problems[0].startswith("dm.csv:3: 3 values where the header names 2 columns")


def test_two_at_a_time_take_half_of_what_the_engine_would(site, pack: str) -> None:
    assert run_job(Job("a", str(site("a", 70)), asked(pack), DAY, parts=2)).exit_code == 0
