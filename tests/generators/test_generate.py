"""A synthetic export: whole or not at all, the same bytes for the same seed, told as synthetic."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from oncorules.data.synthetic import NOTE
from oncorules.errors import DataError, OutputError, RuleError
from oncorules.generators.generate import generate
from oncorules.generators.latent import FOLDER, write_cohort

from .test_latent import COURSE, SUBJECT

DESIGN = """\
study: SMALL
country: NLD
locale: nl_NL
sites: 2
cut_off: 2017-01-01
treatment: {name: LU, unit: GBq, form: SOLUTION, route: INTRAVENOUS, days_between: [50, 62]}
scans: {after: last cycle, days: [42, 91, 182], then_every: 182, off: [3, 10]}
solver: prrt
"""


@pytest.fixture
def study(tmp_path) -> Path:
    folder = tmp_path / "small"
    write_cohort(
        [SUBJECT, SUBJECT | {"SUBJID": "002"}],
        [COURSE, COURSE | {"SUBJID": "002"}],
        folder / FOLDER,
    )
    (folder / FOLDER / "design.yaml").write_text(DESIGN)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(study, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(study, tmp_path / name, seed=seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert contents(tmp_path / "a")["tr.csv"] != contents(tmp_path / "c")["tr.csv"]


def test_an_export_says_that_it_is_synthetic_and_what_it_shows(study, tmp_path):
    made = generate(study, tmp_path / "twin", seed=3)
    note = (tmp_path / "twin" / NOTE).read_text()
    assert made.told in note
    assert "Synthetic: no row is about a real person" in note
    assert "not that the paper is" in note
    assert "seed 3" in note


def test_tables_are_counted_as_they_are_written(study, tmp_path):
    made = generate(study, tmp_path / "twin")
    for name, path, rows in made.tables:
        assert path.name == f"{name.lower()}.csv"
        assert len(path.read_text().splitlines()) == rows + 1
    assert {name for name, _, _ in made.tables} >= {"DM", "EX", "TU", "TR", "RS", "LB", "FA", "DS"}


@pytest.mark.parametrize(
    ("as_", "suffix"), [("xpt", "xpt"), ("parquet", "parquet"), ("dataset-json", "json")]
)
def test_every_format_is_written(study, tmp_path, as_, suffix):
    generate(study, tmp_path / "twin", as_=as_)
    assert (tmp_path / "twin" / f"dm.{suffix}").is_file()


def test_a_folder_that_holds_something_is_left_alone(study, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="is not an empty folder; choose a new one with --out"):
        generate(study, tmp_path / "full")
    assert contents(tmp_path / "full") == {"mine.txt": b"mine"}


def test_a_disk_that_fills_leaves_nothing(study, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OutputError("no space left")

    monkeypatch.setattr("oncorules.generators.generate.write_table", full)
    with pytest.raises(OutputError, match="no space left"):
        generate(study, tmp_path / "out" / "twin")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_study_without_a_design_is_told_so(study, tmp_path):
    (study / FOLDER / "design.yaml").unlink()
    with pytest.raises(DataError, match=r"has no synthetic/design\.yaml"):
        generate(study, tmp_path / "twin")


def test_a_design_with_an_unknown_key_is_refused_with_its_line(study, tmp_path):
    (study / FOLDER / "design.yaml").write_text(DESIGN + "colour: red\n")
    with pytest.raises(RuleError, match=r'design\.yaml:9:1: unknown key "colour"'):
        generate(study, tmp_path / "twin")


def test_every_file_that_has_a_place_for_it_says_that_it_is_synthetic(study, tmp_path):
    for as_ in ("parquet", "xpt", "dataset-json"):
        generate(study, tmp_path / as_, as_=as_)
    label = pq.read_schema(tmp_path / "parquet" / "dm.parquet").metadata[b"label"]
    assert label == b"Demographics (synthetic)"
    assert b"Demographics (synthetic)" in (tmp_path / "xpt" / "dm.xpt").read_bytes()
    assert '"Demographics (synthetic)"' in (tmp_path / "dataset-json" / "dm.json").read_text()
