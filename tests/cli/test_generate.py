"""`oncorules generate` on the command line."""

from __future__ import annotations

from oncorules.cli.exits import OK
from oncorules.cli.main import main


def test_a_twin_is_written_and_told_as_synthetic(tmp_path, capsys):
    out = tmp_path / "twin"
    assert main(["generate", "van-der-zwan-2018", "--out", str(out), "--seed", "3"]) == OK
    told = capsys.readouterr().out
    assert "DM     dm.csv    411" in told
    assert "Synthetic: no row is about a real person" in told
    assert (out / "SYNTHETIC.md").read_text().endswith("Study van-der-zwan-2018, seed 3.\n")


def test_a_folder_that_holds_something_is_refused(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["generate", "van-der-zwan-2018", "--out", str(tmp_path)]) != OK
    assert "is not an empty folder; choose a new one with --out" in capsys.readouterr().err


def test_a_study_of_real_patients_has_no_twin(tmp_path, capsys):
    assert main(["generate", "freireich-1963", "--out", str(tmp_path / "twin")]) != OK
    assert "freireich-1963 has no synthetic/design.yaml" in capsys.readouterr().err
    assert not (tmp_path / "twin").exists()


def test_an_unknown_study_is_told_with_the_known_ones(tmp_path, capsys):
    assert main(["generate", "van-der-zwan", "--out", str(tmp_path / "twin")]) != OK
    assert 'there is no study "van-der-zwan"; did you mean' in capsys.readouterr().err


def test_what_is_made_of_a_twin_says_that_it_is_synthetic(tmp_path, capsys):
    words = ["analyse", "--study", "van-der-zwan-2018", "--out", str(tmp_path), "--quiet"]
    assert main(words) == OK
    page = (tmp_path / "analysis.html").read_text("utf-8")
    assert "<p>Synthetic: no row is about a real person." in page
