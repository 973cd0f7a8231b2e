"""`oncorules audit`: what it prints and writes."""

from __future__ import annotations

import json

import pytest

from oncorules.cli.main import main

from ..analysis.published.papers import write_paper


def test_the_answer_counts_verdicts_and_lists_contradictions(capsys):
    assert main(["audit", "van-der-zwan-2018"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("printed figures of van-der-zwan-2018")
    assert any(line.startswith("contradicts") and line.endswith("18") for line in lines)
    assert any("63 of all 99 are 63.6 %" in line for line in lines)


def test_json_has_every_figure_with_its_verdict(capsys):
    assert main(["audit", "van-der-zwan-2018", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    figures = {one["id"]: one for one in answer["figures"]}
    assert figures["table-5.pfs.midgut.control_n.percent"] == {
        "id": "table-5.pfs.midgut.control_n.percent",
        "place": "Table 5, PFS (months): Midgut NET, Control group: Number (%) of patients",
        "printed": "63.3",
        "decimals": 1,
        "class": "recomputable",
        "computed": "63.6",
        "verdict": "contradicts",
        "note": "63 of all 99 are 63.6 %",
    }
    assert len(figures) == len(answer["figures"]) > 1_000
    assert {one["class"] for one in answer["figures"]} == {
        "cohort", "recomputable", "external", "design",
    }  # fmt: skip


def test_the_page_is_the_same_each_time_and_runs_nothing_of_a_paper(tmp_path, capsys):
    hostile = ("Male, ", '"<script>alert(1)</script>", ')
    study = write_paper(tmp_path, hostile, ('"12 (60.0)"', '"12 (61.0)"'))
    pages = []
    for name in ("one", "two"):
        assert main(["audit", str(study), "--out", str(tmp_path / name)]) == 0
        pages.append((tmp_path / name / "audit.html").read_bytes())
    assert pages[0] == pages[1]
    page = pages[0].decode()
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert "12 of all 20 are 60.0 %" in page
    assert "http" not in page
    assert "Written to" in capsys.readouterr().out


def test_csv_has_a_heading_and_a_row_for_each_figure(tmp_path, capsys):
    assert main(["audit", str(write_paper(tmp_path)), "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "id,place,printed,decimals,class,computed,verdict,note"
    assert len(lines) == 29


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["audit", "nothing"], 'there is no study "nothing"; there are '),
        (["audit", "."], "has no published/paper.yaml, so it prints no figures"),
    ],
)
def test_a_study_that_is_not_there_is_refused(words, said, capsys):
    assert main(words) == 2
    assert said in capsys.readouterr().err
