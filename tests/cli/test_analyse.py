"""`oncorules analyse`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from oncorules.cli.main import main

from ..analysis.agreement.drawn_study import PLAN, write_study
from ..analysis.agreement.drawn_study import write_export as write_small
from ..studies.prrt_export import write_export
from .conftest import Ran

STUDY = "van-der-zwan-2018"
TABLES = [f"table-{number}" for number in range(1, 8)]
FIGURES = ["figure-1", "figure-3", "waterfall", "swimmer"]


def call(*words: object) -> Ran:
    """Call `oncorules analyse WORDS`."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["analyse", *map(str, words)])
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ran, Path]]:
    """The ten subjects, analysed once: what was printed, and the folder."""
    folder = tmp_path_factory.mktemp("analysed")
    ran = call(write_export(folder / "export"), "--study", STUDY, "--out", folder / "out")
    assert ran.code == 0, ran.err
    yield ran, folder / "out"


def rows(path: Path) -> dict[str, list[str]]:
    """Return the cells of a table that an export gave, by the label of the row."""
    return {row[0]: row[1::2] for row in csv.reader(StringIO(path.read_text("utf-8")))}


def test_it_lists_tables_and_figures_and_says_what_to_open(analysed):
    ran, out = analysed
    assert [line.split()[0] for line in ran.lines[:13]] == ["table", *TABLES, "figure", *FIGURES]
    assert ran.lines[13:] == [f"Written to {out}: 17 files; open analysis.html first"]
    assert "[11/11] tables" in ran.err
    assert "CM: the export has no such table" in ran.err


def test_it_writes_a_page_a_workbook_and_files_of_each_table_and_figure(analysed):
    _, out = analysed
    assert sorted(path.name for path in out.iterdir()) == sorted([
        "analysis.html", "tables.xlsx", *(f"{name}.csv" for name in TABLES),
        *(f"{name}.{kind}" for name in FIGURES for kind in ("svg", "png")),
    ])  # fmt: skip


def test_the_tables_have_the_numbers_of_the_ten_subjects(analysed):
    _, out = analysed
    baseline = rows(out / "table-1.csv")
    assert baseline[""][:3] == [
        "Before I-PRRT (n = 5)", "Before R-PRRT (n = 5)", "Before RR-PRRT (n = 1)",
    ]  # fmt: skip
    assert baseline["Male, n (%)"][:3] == ["3 (60.0)", "3 (60.0)", "1 (100.0)"]
    assert baseline["Age (years), median (range)"][0] == "58 (47\u201371)"  # 47 55 58 63 71
    # of five, one had too low a dose and one progressed before 18.0 months
    assert rows(out / "table-3.csv")["Control group"][0] == "3"


def test_every_table_and_figure_tells_its_method(analysed):
    _, out = analysed
    page = (out / "analysis.html").read_text("utf-8")
    captions = re.findall("<figcaption>(.*?)</figcaption>", page)
    for caption, words in zip(
        captions,
        (
            "The criteria hold one after the other", "Median (95% CI): Kaplan-Meier, interval spss",
            "4 of 5 subjects have a change of the sum", "A month has 30.4375 days",
        ),
        strict=True,
    ):  # fmt: skip
        assert words in caption
    assert "A month has 30.4375 days" in captions[1]
    assert "A month has 30.4375 days" in (out / "figure-3.svg").read_text("utf-8")
    assert len(re.findall('<ol class="footnotes"><li>', page)) == len(TABLES)
    for name in ("table-5", "table-7"):
        told = (out / f"{name}.csv").read_text("utf-8")
        assert "Kaplan-Meier, interval spss" in told and "A month has 30.4375 days" in told
    for name in TABLES:
        assert "the denominator" in (out / f"{name}.csv").read_text("utf-8")


def test_the_page_has_every_drawing_and_is_well_formed_there(analysed):
    _, out = analysed
    page = (out / "analysis.html").read_text("utf-8")
    drawings = re.findall(r"<svg .*?</svg>", page, re.DOTALL)
    assert len(drawings) == len(FIGURES)
    assert all(ElementTree.fromstring(one).get("aria-label") for one in drawings)


def test_an_export_without_a_needed_table_tells_what_is_missing(tmp_path):
    study = write_study(tmp_path, PLAN.replace("{of: ADSL, subject", "{of: ADRS, subject"))
    ran = call(write_small(tmp_path), "--study", study, "--out", tmp_path / "out")
    assert ran.code == 0
    assert "fall: the study derives no table ADRS from this export" in ran.err.splitlines()
    assert not (tmp_path / "out" / "fall.svg").exists()
    assert "fall: the study derives no table" in (tmp_path / "out" / "analysis.html").read_text()


def test_quiet_leaves_the_answer_alone(tmp_path):
    words = (write_small(tmp_path), "--study", write_study(tmp_path), "--out", tmp_path / "out")
    ran = call(*words, "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.lines) == 8


def test_the_files_are_equal_when_nothing_changed(tmp_path):
    export, study = write_small(tmp_path), write_study(tmp_path)
    for name in ("one", "two"):
        assert call(export, "--study", study, "--out", tmp_path / name).code == 0
    found = [
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    ]
    assert found[0] == found[1] and len(found[0]) == 11


@pytest.mark.parametrize(
    ("plan", "words", "code", "said"),
    [
        (PLAN, ["export", "--study", "van-der-swan-2018", "--out", "out"], 2,
         'there is no study "van-der-swan-2018"; did you mean "van-der-zwan-2018"?'),
        (PLAN, ["--study", "small", "--out", "out"], 2, "has no rows of its own; give an export"),
        (PLAN, ["nowhere", "--study", "small", "--out", "out"], 3, "nowhere"),
        (PLAN, ["export", "--study", "small"], 2, "--out"),
        (PLAN, ["export", "--out", "out"], 2, "--study"),
        (PLAN, ["export", "--study", "small", "--out", "small/pack.yaml"], 4,
         "small/pack.yaml is no folder that can be written to (File exists); choose another one"),
        (PLAN.replace("{adult}", "{adlt}"), ["export", "--study", "small", "--out", "out"], 2,
         'names a parameter "adlt" that the study does not have; did you mean "adult"?'),
        ("analyses: {}\n", ["export", "--study", "small", "--out", "out"], 2,
         "the study small plans no table and no figure"),
        (PLAN.replace("swim:", "../swim:"), ["export", "--study", "small", "--out", "out"], 2,
         "small/published/analyses.yaml:"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_answered_writes_nothing(
    tmp_path, monkeypatch, plan, words, code, said
):
    monkeypatch.chdir(tmp_path)
    write_study(tmp_path, plan), write_small(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    ran = call(*words)
    assert (ran.code, ran.out) == (code, ""), ran
    assert said in ran.err and "Traceback" not in ran.err
    assert sorted(tmp_path.rglob("*")) == before
