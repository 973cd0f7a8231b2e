"""Exports and packs from a stranger: what they hold is shown and written, never obeyed."""

from __future__ import annotations

import csv
import json
import re
from typing import Any

import pytest

UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
LONG = "y" * 32_000
EVIL = [
    "=cmd|' /C calc'!A0",
    "+1+cmd",
    "-2+cmd",
    "@SUM(A1)",
    "\t=1+1",
    "[red]x[/red]",
    "<script>alert(1)</script>",
    "a\x1b[31mb\x07\x9b2J",
    "\u202egnp.exe",
    'x\'); DROP TABLE "EX"; --',
    "${HOME} {EXDOSE} %s",
    "new\nline",
    LONG,
]
COLUMNS = ["select", 'ord"er', "ta;ble", "[red]x[/red]", "<b>x</b>", "group by 1 --"]
FILES = [
    "select.csv",
    "order by 1;--.csv",
    "new\nline.csv",
    "quo\"te'.csv",
    "[red]x[-red].csv",
    "\u202evsc.csv",
    "\x1b[2J.csv",
    "glob*[1].csv",
    "=1+1.csv",
]


@pytest.fixture
def export(desk: Any) -> str:
    """An export in which every name and every cell is hostile."""
    folder = desk.folder / "evil"
    folder.mkdir()
    head = ["STUDYID", "DOMAIN", "USUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXSTDTC", *COLUMNS]
    with (folder / "ex.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for number, cell in enumerate(EVIL):
            writer.writerow(["S", "EX", cell, number, cell, cell, cell, *[cell] * len(COLUMNS)])
    for name in FILES:
        (folder / name).write_text("USUBJID,order\nS-1,1\n", "utf-8")
    return "evil"


WORDS = ["--rules", "EX.EXDOSE.type,EX.EXSTDTC.type"]


def findings(answer: Any) -> list[dict[str, Any]]:
    return list(json.loads(answer.out)["findings"])


def test_the_printed_summary_holds_no_character_that_a_terminal_obeys(
    desk: Any, export: str
) -> None:
    answer = desk.call("validate", export, "--fail-on", "never")
    assert answer.code == 0
    assert not UNSAFE.search(answer.out + answer.err)
    assert "[RED]X[-RED]" in answer.out
    assert "\\x1b[2J" in answer.out
    assert "quo\"te'.csv" in answer.out


@pytest.mark.parametrize("structure", ["pandera", "sql"])
def test_every_cell_comes_out_as_it_went_in(desk: Any, export: str, structure: str) -> None:
    answer = desk.call("validate", export, *WORDS, "--structure", structure, "--format", "json")
    assert not UNSAFE.search(answer.out)
    found = [one["values"]["EXDOSE"] for one in findings(answer) if "EXDOSE" in one["rule_id"]]
    assert found == EVIL


def test_a_long_cell_does_not_push_the_others_off_the_screen(desk: Any, export: str) -> None:
    answer = desk.call("validate", export, *WORDS)
    assert max(map(len, answer.out.splitlines())) < 4_000


def test_findings_csv_starts_no_formula_in_a_spreadsheet(desk: Any, export: str) -> None:
    desk.call("validate", export, "--out", "out")
    with (desk.folder / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert "'" + EVIL[0] in cells


def test_findings_parquet_has_every_text_as_it_is(desk: Any, export: str) -> None:
    import pyarrow.parquet as pq

    desk.call("validate", export, *WORDS, "--out", "out")
    table = pq.read_table(desk.folder / "out" / "findings.parquet")
    assert set(table["USUBJID"].to_pylist()) == set(EVIL)


@pytest.mark.parametrize("file", FILES)
def test_a_file_with_a_hostile_name_is_named_in_one_line(desk: Any, export: str, file: str) -> None:
    said = desk.refuse(2, "explain", export, "--row", f"{file}:1")
    assert said.startswith("none of these rules looks at the rows of ")
    assert not UNSAFE.search(said)


@pytest.mark.parametrize("subject", EVIL)
def test_a_subject_with_a_hostile_name_can_be_explained(
    desk: Any, export: str, subject: str
) -> None:
    answer = desk.call("explain", export, f"--subject={subject}", "--rules", "EX-START")
    assert (answer.code, UNSAFE.search(answer.out + answer.err)) == (0, None)


def test_a_hostile_name_in_a_refusal_is_shown_not_obeyed(desk: Any) -> None:
    said = desk.refuse(3, "validate", desk.export({"\x1b[2J\u202e[red].xpt": "no"}))
    assert said.startswith("\\x1b[2J\\u202e[red].xpt is a text file, not a SAS transport file")


@pytest.fixture
def pack(desk: Any) -> str:
    """A pack whose texts are hostile."""
    return str(
        desk.rule(
            title='"[red]x[/red] \\e[31m <b>=1+1"',
            source='"\\e]0;title\\a \\u202e=cmd"',
            message='"\\e[2J {EXDOSE} [red] \\u202e"',
            condition="\"EXTRT <> '\\u202e\\e[2J [/red]'\"",
        )
    )


@pytest.mark.parametrize(
    "words",
    [
        ["rules", "list"],
        ["rules", "list", "--format", "json"],
        ["rules", "test"],
        ["rules", "boundaries"],
        ["rules", "lint"],
        ["rules", "cost", "export", "--pack"],
        ["rules", "show", "DOSE", "--pack"],
        ["rules", "sql", "DOSE", "--pack"],
        ["rules", "sql", "DOSE", "--plan", "--pack"],
        ["validate", "export", "--pack"],
        ["explain", "export", "--subject", "S-1", "--rules", "DOSE", "--pack"],
    ],
)
def test_the_texts_of_a_hostile_pack_are_shown_not_obeyed(
    desk: Any, pack: str, words: list[str]
) -> None:
    desk.export()
    answer = desk.call(*words, pack)
    assert answer.code in (0, 1), answer
    assert not UNSAFE.search(answer.out + answer.err)


def test_findings_of_a_hostile_pack_start_no_formula(desk: Any) -> None:
    export = desk.export({"ex.csv": "USUBJID,EXSEQ,EXTRT,EXDOSE\nS-1,1,X,0\n"})
    pack = desk.rule(message="\"=HYPERLINK('http://x')\"")
    words = ["--pack", pack, "--structure", "none", "--out", "out"]
    assert desk.call("validate", export, *words).code == 1
    with (desk.folder / "out" / "findings.csv").open(encoding="utf-8", newline="") as file:
        assert [row["message"] for row in csv.DictReader(file)] == ["'=HYPERLINK('http://x')"]
