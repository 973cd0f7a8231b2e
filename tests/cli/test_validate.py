import csv
import io
import json
from pathlib import Path

import pytest

CALL = ("validate", "export", "--pack", "trial.yaml", "--structure", "none")


def test_the_verdict_says_what_was_read_what_is_wrong_and_what_to_do_next(run) -> None:
    ran = run(*CALL, "-q")
    finding = ran.lines[13].split()[0]
    assert ran.lines == [
        "table  file    rows  subjects",
        "DM     dm.csv     3         3",
        "3 rows of 3 subjects in 1 table",
        "",
        "status            rules  error  warning  notice",
        "not met               1      0        1       0",
        "no rows in scope      1      1        0       0",
        "2 rules; a rule on two tables counts twice",
        "",
        "severity  rule       table  findings  title",
        "warning   AGE-ADULT  DM            1  Everybody is an adult",
        "",
        "finding           severity  rule       row       subject  message",
        f"{finding}  warning   AGE-ADULT  dm.csv:2  B        Age 17.",
        "1 finding",
        "",
        "Nothing is written; the same command with --out DIR writes all findings",
        f"Next: oncorules explain export --pack trial.yaml --finding {finding}",
    ]
    assert ran.err == ""


def test_warnings_fail_only_when_asked_to(run) -> None:
    assert run(*CALL, "-q").code == 0
    assert run(*CALL, "-q", "--fail-on", "warning").code == 1


def test_files_are_written_into_a_folder(run, trial) -> None:
    ran = run(*CALL, "-q", "--out", "out")
    assert "Written to out: findings.parquet, findings.csv, rules.json, run.json" in ran.lines
    assert len(list((trial / "out").iterdir())) == 4


def test_csv_is_the_list_of_findings(run) -> None:
    rows = list(csv.DictReader(io.StringIO(run(*CALL, "-q", "--format", "csv").out)))
    assert [row["message"] for row in rows] == ["Age 17."]
    assert json.loads(rows[0]["key"]) == {"USUBJID": "B"}


def test_json_is_everything(run) -> None:
    told = json.loads(run(*CALL, "-q", "--format", "json").out)
    assert told["tables"][0]["files"] == ["dm.csv"]
    assert [rule["status"] for rule in told["rules"]] == ["not met", "no rows in scope"]
    assert told["findings"][0]["values"] == {"AGE": "17", "adult": "18"}


def test_the_next_command_keeps_the_flags_that_decide(run) -> None:
    ran = run(*CALL, "-q", "--set", "adult=71")
    assert "--pack trial.yaml --set adult=71 --finding" in ran.lines[-1]
    again = run(*ran.lines[-1].removeprefix("Next: oncorules ").split(), "-q")
    assert (again.code, again.lines[0]) == (0, "AGE-ADULT: Everybody is an adult")


def test_rules_that_did_not_run_are_listed_with_the_reason(run, trial) -> None:
    (trial / "export" / "dm.csv").rename(trial / "export" / "ex.csv")
    ran = run(*CALL, "-q")
    assert ran.code == 1
    said = [line for line in ran.lines if line.startswith("error ")]
    assert said == [
        "error     EX-SUBJECT  EX     not run  it reads DM, which the export does not have"
    ]


def test_an_export_without_findings_says_so(run, trial) -> None:
    (trial / "export" / "dm.csv").write_text("USUBJID,AGE\nA,70\n", "utf-8")
    assert "No findings." in run(*CALL, "-q").lines


def test_a_workbook_is_written_and_told(run, trial) -> None:
    import openpyxl

    ran = run(*CALL, "-q", "--report", "found.xlsx", "--date", "2024-03-01")
    assert (ran.code, ran.lines[-2]) == (0, "Written to found.xlsx")
    book = openpyxl.load_workbook(trial / "found.xlsx")
    assert [row[0].value for row in book["Findings"]] == ["rule", "AGE-ADULT"]


def test_the_workbook_lists_the_options_of_the_call(run, trial) -> None:
    import openpyxl

    run(*CALL, "-q", "--out", "week1")
    run(*CALL, "-q", "--baseline", "week1", "--report", "found.xlsx", "--set", "adult=21")
    rows = openpyxl.load_workbook(trial / "found.xlsx")["Configuration"].values
    told = {row[1]: row[2] for row in rows}
    assert (told["baseline"], told["trial:AGE-ADULT.adult"]) == ("week1", "21")


def test_a_workbook_is_an_xlsx_file(run) -> None:
    ran = run(*CALL, "--report", "found.csv")
    assert (ran.code, ran.err) == (
        2,
        "oncorules: --report found.csv: the ending of the name says what is written, one of "
        ".xlsx, .html, .xml, .sarif, .json; call it found.xlsx for a workbook\n",
    )


def test_a_workbook_in_a_folder_that_is_not_there_is_refused(run) -> None:
    ran = run(*CALL, "-q", "--report", "none/found.xlsx")
    assert ran.code == 4
    assert "make the folder none first" in ran.err


def test_the_ending_of_a_report_says_what_it_is(run) -> None:
    reports = [word for name in ("a.xml", "a.sarif", "a.json") for word in ("--report", name)]
    ran = run(*CALL, "-q", *reports, "--fail-on", "warning")
    assert ran.code == 1
    assert [line for line in ran.out.splitlines() if line.startswith("Written to")] == [
        "Written to a.xml", "Written to a.sarif", "Written to a.json",
    ]  # fmt: skip
    assert Path("a.xml").read_bytes().startswith(b"<?xml")
    assert json.loads(Path("a.sarif").read_text())["version"] == "2.1.0"
    assert json.loads(Path("a.json").read_text())["exit_code"] == 1


def test_reports_for_servers_hide_subjects_until_they_are_asked_for(run) -> None:
    run(*CALL, "-q", "--report", "masked.json")
    run(*CALL, "-q", "--report", "shown.json", "--show-ids")
    masked, shown = (json.loads(Path(f"{name}.json").read_text()) for name in ("masked", "shown"))
    subjects = {one["USUBJID"] for one in shown["findings"]}
    assert subjects
    assert not subjects & {one["USUBJID"] for one in masked["findings"]}


def test_a_mask_that_will_not_last_is_told(run, monkeypatch) -> None:
    monkeypatch.delenv("ONCORULES_SALT", raising=False)
    told = "masked ids differ from run to run; set ONCORULES_SALT to a secret to keep them"
    assert told in run(*CALL, "--format", "github").err
    monkeypatch.setenv("ONCORULES_SALT", "pepper")
    assert told not in run(*CALL, "--format", "github").err


def test_annotations_name_files_below_the_folder_that_was_given(run) -> None:
    lines = run(*CALL, "-q", "--format", "github").out.splitlines()
    assert lines
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    assert any(f"file={CALL[1]}/" in line for line in lines)


@pytest.mark.parametrize("flag", ["--mask-ids", "--show-ids"])
def test_masks_without_a_report_are_refused(run, flag) -> None:
    ran = run(*CALL, flag)
    assert (ran.code, ran.err) == (
        2,
        f"oncorules: {flag} has no effect without --report, --queries or --format github; "
        "leave it out\n",
    )


def test_queries_are_written_and_what_is_not_asked_is_told(run) -> None:
    ran = run(*CALL, "--queries", "asked")
    assert "1 question to 1 site in asked" in ran.err.splitlines()
    assert sorted(one.name for one in Path("asked").iterdir()) == [
        "queries.csv", "queries.xlsx", "site-unknown.html",
    ]  # fmt: skip


def test_queries_of_two_weeks_do_not_mix(run) -> None:
    run(*CALL, "-q", "--queries", "asked")
    ran = run(*CALL, "-q", "--queries", "asked")
    assert ran.code == 4
    assert "asked is not an empty folder; choose a new one with --queries" in ran.err
