import json
from pathlib import Path

import pytest


@pytest.fixture
def sites(desk) -> list[str]:
    """Three sites: one without a fault, one whose file is broken, one with `=` and HTML in it."""
    head = "STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE\n"
    return [
        desk.export({"ex.csv": f"{head}S,EX,S-1,1,X,1\n"}, "01"),
        desk.export({"ex.csv": f"{head}S,EX,S-1\n"}, "02"),
        desk.export({"ex.csv": f"{head}S,EX,=1+1,1,<b>X</b>,0\n"}, "=<03>"),
    ]


def call(desk, sites: list[str], *more: str):
    pack = "trial.yaml" if Path("trial.yaml").exists() else desk.rule()
    return desk.call("validate", "--each", *sites, "--pack", pack, "--structure", "none", *more)


def test_one_table_tells_of_all_exports_and_the_worst_exit_code_counts(desk, sites) -> None:
    ran = call(desk, sites, "--out", "out", "--report", "findings.html", "-q")
    heading, *rows = [line.split() for line in ran.lines[:4]]
    assert " ".join(heading) == (
        "export tables rows subjects not met not run broken errors warnings notices exit code "
        "seconds"
    )
    assert [row[:-1] for row in rows] == [
        ["01", *"1110000000"],
        ["02", "3"],
        ["__03_", *"1111001001"],
    ]
    assert ran.lines[4:] == [
        "1 finding in 2 exports; 1 export could not be validated",
        "Written to out: a folder for each export, and each.json",
    ]
    assert ran.err == (
        "oncorules: 02: ex.csv:2: 3 values where the header names 6 columns; fill in what "
        "is missing or leave its place empty between two delimiters\n"
    )
    assert ran.code == 3
    assert sorted(path.name for path in Path("out").iterdir()) == ["01", "__03_", "each.json"]
    assert "<b>X</b>" not in (Path("out") / "__03_" / "findings.html").read_text("utf-8")


def test_progress_tells_which_exports_run_on_one_line_each(desk, sites) -> None:
    ran = call(desk, [sites[0]], "--jobs", "1")
    assert ran.err.splitlines() == ["[0/1] 01", "[1/1] exports"]
    assert ran.lines[-1].startswith("Nothing is written; the same command with --out DIR")


def test_json_gives_all_and_csv_the_table(desk, sites) -> None:
    told = json.loads(call(desk, sites[:2], "--format", "json", "-q").out)
    assert [one["path"] for one in told["exports"]] == ["01", "02"]
    assert told["exports"][1]["problems"][0].startswith("ex.csv:2:")
    lines = call(desk, sites[:1], "--format", "csv", "-q").lines
    assert lines[0].startswith("export,tables,rows,subjects,not met")
    assert lines[1].startswith("01,1,1,1,0,0,0,0,0,0,0,")


def test_what_cannot_be_is_refused_before_any_export_is_read(desk, sites) -> None:
    each = ["validate", "--each", *sites, "--pack", desk.rule()]
    assert desk.refuse(2, *each, "--report", "f.xlsx").startswith("--report f.xlsx needs --out DIR")
    assert desk.refuse(2, *each, "--out", "o", "--report", "o/f.xlsx").startswith(
        "--report o/f.xlsx: with --each it is a name without a folder, such as f.xlsx"
    )
    assert desk.refuse(2, *each, "--format", "github").startswith("--format github tells of one")
    assert desk.refuse(3, *each, "--baseline", "01").startswith("01 is not the folder of several")
    assert desk.refuse(2, *each, "01").startswith("01 is given twice (01)")
    assert desk.refuse(4, *each, "--out", "02").startswith("02 is not an empty folder")
