"""`oncorules score` and `generate --defects` on the command line."""

from __future__ import annotations

import csv
import json

import pytest

from oncorules.cli.main import main

PLAN = "sex-unknown-term: 2\ndose-negative: 1\nsite-missing: 1\n"
STUDY = "two-arm-demo"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """An export with four defects, and the findings of it."""
    folder = tmp_path_factory.mktemp("score")
    (folder / "plan.yaml").write_text(PLAN)
    export, findings = folder / "faulty", folder / "findings"
    words = ["generate", STUDY, "--subjects", "60", "--defects", str(folder / "plan.yaml")]
    assert main([*words, "--as", "csv", "--out", str(export)]) == 0
    assert main(["validate", str(export), "--out", str(findings), "--quiet"]) == 1
    return export, findings


def test_planted_defects_are_told_and_their_key_lies_beside_the_tables(tmp_path, capsys):
    words = ["generate", STUDY, "--subjects", "60", "--out", str(tmp_path / "faulty")]
    assert main([*words, "--defects", "0.01%"]) == 0
    told = capsys.readouterr().out
    assert "64 defects of 64 kinds planted" in told
    assert "Known errors were planted into the tables; answer-key.csv lists them." in told
    assert "answer-key.csv lists them" in (tmp_path / "faulty" / "SYNTHETIC.md").read_text()


def test_kinds_that_cannot_be_planted_are_told(tmp_path, capsys):
    (tmp_path / "plan.yaml").write_text("site-missing: 1\ndose-negative: 61\n")
    words = ["generate", STUDY, "--subjects", "60", "--out", str(tmp_path / "faulty")]
    assert main([*words, "--defects", str(tmp_path / "plan.yaml")]) == 0
    told = capsys.readouterr().out
    assert "60 defects of 2 kinds planted" in told
    assert "dose-negative  EX        61       59" in told


def test_a_bad_plan_leaves_nothing_behind(tmp_path, capsys):
    (tmp_path / "plan.yaml").write_text("site-missing: 1000\n")
    words = ["generate", STUDY, "--subjects", "60", "--out", str(tmp_path / "faulty")]
    assert main([*words, "--defects", str(tmp_path / "plan.yaml")]) == 2
    assert "plan.yaml:1:15: 1,000 defects site-missing are more than the" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["plan.yaml"]


def test_defects_go_into_the_tables_of_a_trial(tmp_path, capsys):
    words = ["generate", STUDY, "--subjects", "60", "--no-visits", "--defects", "1%"]
    assert main([*words, "--out", str(tmp_path / "faulty")]) == 2
    assert "defects are planted into tables of a trial" in capsys.readouterr().err


def test_the_reader_leaves_the_answer_key_alone(faulty, capsys):
    export, _ = faulty
    main(["validate", str(export), "--rules", "DM-ONE-ROW"])
    answer = capsys.readouterr()
    assert "not read: answer-key.csv" in answer.err
    assert "ANSWER" not in answer.out


def test_every_defect_is_found_and_every_finding_answers_one(faulty, capsys):
    export, findings = faulty
    assert main(["score", str(findings), str(export)]) == 0
    told = capsys.readouterr().out
    assert "sex-unknown-term        2      2  1.000" in told
    assert "4 of 4 defects found, 3 of 3 kinds: sensitivity 1.000" in told
    assert "4 of 4 findings answer a defect: precision 1.000" in told


def test_what_was_missed_and_what_answers_nothing_is_listed(faulty, tmp_path, capsys):
    export, findings = faulty
    rows = list(csv.DictReader((findings / "findings.csv").open(newline="")))
    stray = [row | {"USUBJID": "nobody", "severity": "warning"} for row in rows[:1]]
    kept = [row for row in rows if row["rule_id"] != "DM.SITEID.required"] + stray
    with (tmp_path / "findings.csv").open("w", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    words = ["score", str(tmp_path / "findings.csv"), str(export / "answer-key.csv")]
    assert main(words) == 1
    told = capsys.readouterr().out
    assert "defect  not found     subject" in told
    assert "SITEID: " in told
    assert "answers no defect" in told
    assert "nobody" in told
    assert "3 of 4 defects found, 2 of 3 kinds: sensitivity 0.750" in told
    assert "3 of 4 findings answer a defect: precision 0.750" in told


def test_other_formats_hold_the_score_alone(faulty, capsys):
    export, findings = faulty
    assert main(["score", str(findings), str(export), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["precision"] == 1
    assert main(["score", str(findings), str(export), "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "kind,planted,found,sensitivity",
        "sex-unknown-term,2,2,1.000",
        "dose-negative,1,1,1.000",
        "site-missing,1,1,1.000",
    ]


def test_files_the_wrong_way_round_are_told(faulty, capsys):
    export, findings = faulty
    assert main(["score", str(export / "answer-key.csv"), str(findings / "findings.csv")]) == 3
    assert "answer-key.csv is the other file" in capsys.readouterr().err
