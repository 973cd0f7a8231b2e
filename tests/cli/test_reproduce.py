"""`oncorules reproduce`: what it prints, and when it ends with exit code 1."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from oncorules.analysis.agreement.baseline import baseline_of, read_baseline
from oncorules.analysis.agreement.compare import VERDICTS
from oncorules.cli.main import main

from ..analysis.agreement.small_study import write_study
from ..studies.prrt_export import write_export

DIFFERENT = ('["2", Week 2, "3", "0.67"]', '["2", Week 2, "3", "0.62"]')
SURVIVAL = "table-1.a.2.survival.value"


@pytest.fixture
def reproduced(tmp_path, capsys):
    """Reproduce the small study in which some lines were changed: exit code, answer, notes."""

    def reproduced(*words: str, changes=(), folder: Path = tmp_path) -> tuple[int, str, str]:
        study = write_study(folder, *changes)
        code = main(["reproduce", str(study), "--export", str(folder / "export"), *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return reproduced


def test_the_answer_counts_findings_and_verdicts_by_class(reproduced):
    code, out, _ = reproduced()
    assert code == 0
    assert out.splitlines()[:6] == [
        "The export was validated first: 0 errors, 0 warnings, 0 notices",
        "",
        "14 printed figures of small",
        "verdict            cohort  recomputable  external  design  all",
        "agrees as printed      10             1                     11",
        "not computable          1                       1       1    3",
    ]


def test_a_figure_that_differs_is_listed_with_its_distance_and_its_method(reproduced):
    code, out, _ = reproduced(changes=[DIFFERENT])
    heading, columns, line = out.split("\n\n")[2].splitlines()
    assert code == 0  # nobody said that it ever agreed
    assert heading == "1 figure differs; distance in units of the last printed digit"
    assert columns.split() == ["figure", "printed", "computed", "distance", "why"]
    assert line.split(maxsplit=4)[:4] == [SURVIVAL, "0.62", "0.67", "5"]
    assert "Kaplan-Meier" in line


def test_a_figure_that_agrees_no_more_ends_with_1_and_is_named(reproduced, tmp_path):
    baseline = tmp_path / "agreed.txt"
    assert reproduced("--baseline", str(baseline), "--keep-baseline")[0] == 0
    assert SURVIVAL in read_baseline(baseline)
    code, out, _ = reproduced("--baseline", str(baseline), changes=[DIFFERENT])
    assert code == 1
    heading, _, line = out.split("\n\n")[-1].splitlines()
    assert heading == "1 figure of the baseline no longer agrees"
    assert line.split(maxsplit=3)[:3] == [SURVIVAL, "0.62", "0.67"]
    assert "differs: " in line


def test_a_figure_that_is_gone_has_drifted_too(reproduced, tmp_path):
    baseline = tmp_path / "agreed.txt"
    baseline.write_text("text.size.1\ntext.gone.1\n", "utf-8")
    code, out, _ = reproduced("--baseline", str(baseline))
    assert code == 1
    assert out.splitlines()[-1].split(maxsplit=1) == [
        "text.gone.1", "the study has no figure of this id any more",
    ]  # fmt: skip


def test_the_baseline_of_a_study_stands_beside_its_figures(reproduced, tmp_path):
    code, out, _ = reproduced("--keep-baseline")
    assert (code, out.splitlines()[-1]) == (0, "All 11 figures of the baseline agree")
    assert len(read_baseline(tmp_path / "small" / "published" / "agreed.txt")) == 11
    assert reproduced(changes=[DIFFERENT])[0] == 1
    assert reproduced("--keep-baseline", changes=[DIFFERENT])[0] == 0
    assert reproduced(changes=[DIFFERENT])[0] == 0


def test_json_has_the_shape_of_the_audit_with_distance_and_drift(reproduced, tmp_path):
    baseline = tmp_path / "agreed.txt"
    baseline.write_text(f"{SURVIVAL}\n", "utf-8")
    words = ("--baseline", str(baseline), "--format", "json")
    code, out, err = reproduced(*words, changes=[DIFFERENT])
    answer = json.loads(out)
    figures = {one["id"]: one for one in answer["figures"]}
    assert code == 1
    assert (answer["study"], answer["doi"], answer["drifted"]) == (
        "small", "10.1000/none", [SURVIVAL],
    )  # fmt: skip
    assert answer["findings"] == {"error": 0, "warning": 0, "notice": 0}
    assert len(figures) == 14
    note = figures[SURVIVAL].pop("note")
    assert "Kaplan-Meier" in note
    assert figures[SURVIVAL] == {
        "id": SURVIVAL,
        "place": "Table 1, Arm A: Week 2, Survival",
        "printed": "0.62",
        "decimals": 2,
        "class": "cohort",
        "computed": "0.67",
        "distance": 5,
        "verdict": "differs",
    }
    assert figures["text.change.4"]["distance"] is None
    assert f"1 figure of the baseline no longer agrees: {SURVIVAL}" in err


def test_csv_has_a_row_for_each_figure(reproduced):
    _, out, _ = reproduced("--format", "csv")
    heading, *rows = list(csv.reader(out.splitlines()))
    assert ",".join(heading) == (
        "id,place,printed,decimals,class,computed,distance,verdict,note"
    )  # fmt: skip
    assert len(rows) == 14
    assert rows[0][0::7] == ["text.size.1", "agrees as printed"]


def test_findings_are_counted_and_stop_nothing(reproduced, tmp_path):
    changes = [("S6,B,58,9,0", "S6,,58,9,0")]
    code, out, _ = reproduced("--format", "json", changes=changes)
    answer = json.loads(out)
    assert code == 0
    assert answer["findings"]["error"] == 1  # a required value is missing
    assert len(answer["figures"]) == 14


def test_rows_that_a_study_brings_are_not_validated(capsys):
    assert main(["reproduce", "ncctg-lung", "--quiet", "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["findings"], answer["drifted"]) == (None, [])


def test_a_page_and_test_cases_are_written_alike_each_time(reproduced, tmp_path):
    hostile = ("Arm A", "<script>alert(1)</script>")
    files = []
    for name in ("one", "two"):
        code, out, _ = reproduced("--out", str(tmp_path / name), changes=[DIFFERENT, hostile])
        assert code == 0
        assert out.splitlines()[-1] == f"Written to {tmp_path / name}: agreement.html, junit.xml"
        files.append({one.name: one.read_bytes() for one in (tmp_path / name).iterdir()})
    assert files[0] == files[1]
    page = files[0]["agreement.html"].decode()
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert b'failures="1"' in files[0]["junit.xml"]


def test_a_folder_that_cannot_be_written_ends_with_4(reproduced, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    code, out, err = reproduced("--out", str(tmp_path / "file"))
    assert (code, out) == (4, "")
    assert "choose another one with --out" in err


def test_an_export_of_the_study_by_hand_gets_a_verdict_for_each_figure(tmp_path, capsys):
    export = write_export(tmp_path / "export")
    words = ["--export", str(export), "--quiet", "--format", "json"]
    assert main(["reproduce", "van-der-zwan-2018", *words]) == 0
    answer = json.loads(capsys.readouterr().out)
    verdicts = {one["id"]: one["verdict"] for one in answer["figures"]}
    assert len(verdicts) > 1_000
    assert set(verdicts.values()) == set(VERDICTS) - {"within tolerance"}
    assert [one["id"] for one in answer["figures"] if not one["note"]] == []


@pytest.mark.parametrize(("study", "figures"), [("freireich-1963", 379), ("ncctg-lung", 238)])
def test_a_study_with_rows_of_its_own_agrees_with_its_baseline(study, figures, capsys):
    assert main(["reproduce", study, "--quiet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    kept = len(read_baseline(baseline_of(study)))
    assert lines[0] == f"{figures} printed figures of {study}"
    assert lines[-1] == f"All {kept} figures of the baseline agree"
    assert kept > 0.95 * figures


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nothing"], 2, 'there is no study "nothing"; there are '),
        (["freireich-1963", "--baseline", "no.txt"], 3, "no.txt cannot be read"),
        (["freireich-1963", "--export", "nowhere"], 3, "nowhere"),
    ],
)
def test_a_wrong_call_says_what_to_give(words, code, said, desk):
    assert said in desk.refuse(code, "reproduce", *words)


def test_a_baseline_that_cannot_be_written_ends_with_4(reproduced, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    path = tmp_path / "file" / "agreed.txt"
    code, out, err = reproduced("--baseline", str(path), "--keep-baseline")
    assert (code, out) == (4, "")
    assert "agreed.txt" in err
