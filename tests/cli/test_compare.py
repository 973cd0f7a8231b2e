"""`oncorules compare` and `validate --known`, `--baseline`, `--date`, as a user calls them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

CALL = ("validate", "export", "--pack", "trial.yaml", "--structure", "none", "-q")


@pytest.fixture
def weeks(run, trial: Path):
    """Two runs: B is too young in both, C only in the second one."""
    run(*CALL, "--out", "week1", "--date", "2024-03-01")
    (trial / "export" / "dm.csv").write_text("USUBJID,AGE\nA,70\nB,16\nC,3\n", "utf-8")
    run(*CALL, "--out", "week2", "--date", "2024-03-08")
    return run


def test_the_comparison_says_what_changed_and_why(weeks) -> None:
    ran = weeks("compare", "week1", "week2")
    finding = ran.lines[12].split()[5]
    assert ran.lines == [
        "run    date        findings  packs",
        "week1  2024-03-01         1  trial 1.0.0",
        "week2  2024-03-08         2  trial 1.0.0",
        "",
        "change      why                        findings",
        "new         data changed or undecided         1",
        "persisting  data changed                      1",
        "",
        "severity  rule       table  new  reopened  persisting  not seen  resolved",
        "warning   AGE-ADULT  DM       1         0           1         0         0",
        "",
        "change  why                        finding           "
        "severity  rule       subject  message",
        f"new     data changed or undecided  {finding}  warning   AGE-ADULT  C        Age 3.",
        "1 finding new or reopened",
        "",
        "Nothing is written; the same command with --out DIR writes all findings",
    ]
    assert (ran.code, ran.err) == (1, "")


def test_nothing_new_ends_with_0(weeks) -> None:
    assert weeks("compare", "week2", "week1").code == 0
    assert weeks("compare", "week1", "week1").code == 0


def test_the_change_of_a_rule_is_told(weeks, trial) -> None:
    weeks(*CALL, "--set", "adult=4", "--out", "week3")
    told = json.loads(weeks("compare", "week2", "week3", "--format", "json").out)
    reasons = [(one["change"], one["why"]) for one in told["reasons"]]
    assert reasons == [("persisting", "rule changed"), ("resolved", "rule changed")]


def test_csv_and_json_hold_every_finding(weeks) -> None:
    rows = list(
        csv.DictReader(io.StringIO(weeks("compare", "week1", "week2", "--format", "csv").out))
    )
    assert [row["change"] for row in rows] == ["new", "persisting"]
    told = json.loads(weeks("compare", "week1", "week2", "--format", "json").out)
    assert [one["message"] for one in told["findings"]] == ["Age 3.", "Age 16."]
    assert told["counts"]["new"] == 1


def test_files_are_written_into_a_folder(weeks, trial) -> None:
    ran = weeks("compare", "week1", "week2", "--out", "compared")
    assert ran.lines[-1] == (
        "Written to compared: comparison.parquet, comparison.csv, comparison.json"
    )
    assert len(list((trial / "compared").iterdir())) == 3


def test_bad_folders_end_with_one_sentence(weeks, trial) -> None:
    assert (weeks("compare", "week1", "export").code, weeks("compare", "week1", "no").code) == (
        3,
        3,
    )
    (trial / "week2" / "rules.json").unlink()
    ran = weeks("compare", "week1", "week2")
    assert ran.code == 3
    assert ran.err == (
        "oncorules: the run in week2 is not whole: rules.json is missing; "
        "write it again with oncorules validate ... --out\n"
    )


def test_runs_of_two_studies_are_not_compared(run, trial) -> None:
    for study in ("S1", "S2"):
        (trial / "export" / "dm.csv").write_text(f"STUDYID,USUBJID,AGE\n{study},A,7\n", "utf-8")
        run(*CALL, "--out", study)
    ran = run("compare", "S1", "S2")
    assert (ran.code, ran.out) == (2, "")
    assert "S1 is a run of the study S1, and S2 of S2; compare two runs of one study" in ran.err


def test_accepted_findings_do_not_fail_and_the_state_is_shown(weeks, trial) -> None:
    weeks("known", "week2", "--file", "known.csv")
    text = (trial / "known.csv").read_text("utf-8")
    (trial / "known.csv").write_text(text.replace("open", "accepted"), "utf-8")
    fails = ("--fail-on", "warning")
    assert weeks(*CALL, *fails).code == 1
    ran = weeks(*CALL, *fails, "--known", "known.csv")
    assert ran.code == 0
    assert "2 accepted" in ran.lines
    assert any("warning   accepted  AGE-ADULT" in line for line in ran.lines)


def test_a_baseline_lets_pass_what_was_there(weeks) -> None:
    fails = ("--fail-on", "warning")
    assert weeks(*CALL, *fails, "--baseline", "week1").code == 1
    ran = weeks(*CALL, *fails, "--baseline", "week2")
    assert (ran.code, "2 open" in ran.lines) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (
            ("--date", "2024-03-01"),
            2,
            "--date has no effect without --out, --report, --queries or --known",
        ),
        (("--out", "o", "--date", "1.3.2024"), 2, '--date "1.3.2024" is not a day; write it as'),
        (("--out", "o", "--date", "20240301"), 2, '--date "20240301" is not a day'),
        (("--known", "none.csv"), 3, "there is no file none.csv; make one with oncorules known"),
        (("--known", "export/dm.csv"), 3, "export/dm.csv is not a file of known findings"),
        (("--baseline", "export"), 3, "export is not the folder of a run: it has no run.json"),
    ],
)
def test_what_cannot_be_used_is_refused(run, words, code, said) -> None:
    ran = run(*CALL, *words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(f"oncorules: {said}")


def test_a_comparison_is_written_as_workbook_and_page(weeks, trial) -> None:
    ran = weeks("compare", "week1", "week2", "--report", "two.xlsx", "--report", "two.html")
    assert ran.lines[-2:] == ["Written to two.xlsx", "Written to two.html"]
    assert ran.code == 1
    assert openpyxl.load_workbook(trial / "two.xlsx").sheetnames == ["Comparison", "Changes"]
    assert "1 new, 1 persisting" in (trial / "two.html").read_text("utf-8")


@pytest.mark.parametrize("ending", ["xlsx", "html"])
def test_no_report_is_left_of_runs_that_cannot_be_compared(weeks, trial, ending) -> None:
    (trial / "export" / "dm.csv").write_text("STUDYID,USUBJID,AGE\nS1,A,7\n", "utf-8")
    weeks(*CALL, "--out", "S1")
    (trial / "export" / "dm.csv").write_text("STUDYID,USUBJID,AGE\nS2,A,7\n", "utf-8")
    weeks(*CALL, "--out", "S2")
    (trial / "week2" / "findings.parquet").unlink()
    for runs, code, said in (
        (("S1", "S2"), 2, "S1 is a run of the study S1, and S2 of S2; compare two runs"),
        (("week1", "week2"), 3, "the run in week2 is not whole: findings.parquet is missing"),
        (("week1", "export"), 3, "export is not the folder of a run"),
    ):
        ran = weeks("compare", *runs, "--report", f"two.{ending}")
        assert (ran.code, ran.out) == (code, "")
        assert said in ran.err
    assert not list(trial.glob("two.*"))


def test_a_report_of_another_kind_is_refused_before_anything_is_read(run, trial) -> None:
    ran = run("compare", "no", "none", "--report", "two.pdf")
    assert (ran.code, ran.out) == (2, "")
    assert "the ending of the name says what is written, one of .xlsx, .html;" in ran.err


def test_a_run_with_a_baseline_has_the_comparison_in_its_reports(weeks, trial) -> None:
    reports = ("--report", "week3.xlsx", "--report", "week3.html")
    ran = weeks(*CALL, "--set", "adult=17", "--baseline", "week1", *reports)
    assert ran.code == 0
    sheets = openpyxl.load_workbook(trial / "week3.xlsx").sheetnames
    assert {"Comparison", "Changes"} <= set(sheets)
    page = (trial / "week3.html").read_text("utf-8")
    assert "<h2>Since the run of 2024-03-01: 1 new, 1 persisting</h2>" in page


@pytest.mark.parametrize("ending", ["xlsx", "html"])
def test_no_report_is_left_of_a_run_whose_baseline_is_refused(run, trial, ending) -> None:
    for study in ("S1", "S2"):
        (trial / "export" / "dm.csv").write_text(f"STUDYID,USUBJID,AGE\n{study},A,7\n", "utf-8")
        run(*CALL, "--out", study)
    ran = run(*CALL, "--baseline", "S1", "--report", f"two.{ending}")
    assert (ran.code, ran.out) == (2, "")
    assert "S1 is a run of the study S1, and this run of S2; compare two runs" in ran.err
    (trial / "S2" / "run.json").unlink()
    ran = run(*CALL, "--baseline", "S2", "--report", f"two.{ending}")
    assert (ran.code, ran.out) == (3, "")
    assert "the run in S2 is not whole: run.json is missing" in ran.err
    assert not list(trial.glob("two.*"))
