from datetime import date

from oncorules.report.each.job import Job, Outcome


def test_a_job_comes_back_from_its_line() -> None:
    job = Job(
        "a", "x/a\nb", {"packs": ["sdtm"], "settings": {"limit": 3}}, date(2024, 3, 1),
        parts=2, out="out/a", reports=("f.xlsx",), mask_ids=False,
    )  # fmt: skip
    assert "\n" not in job.as_text()
    assert Job.from_text(job.as_text()) == job


def test_an_outcome_comes_back_from_its_data() -> None:
    outcome = Outcome("a", "x/a", 1, tables=2, rows=7, findings={"error": 1}, notes=("guessed",))
    assert Outcome.from_json(outcome.as_json()) == outcome
    assert outcome.ran


def test_an_export_that_was_not_read_has_not_run() -> None:
    assert not Outcome("a", "x/a", 3, problems=("x/a is empty",)).ran
