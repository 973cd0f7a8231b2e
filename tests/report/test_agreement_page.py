"""The page of a reproduction: what differs first, escaped, without network."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from oncorules.analysis.agreement.expect import expect
from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.report.agreement_page import agreement_page

from ..analysis.agreement.small_study import write_study
from .studies import HOSTILE
from .test_study_page import Tags

DIFFERENT = ('["2", Week 2, "3", "0.67"]', '["2", Week 2, "3", "0.62"]')
DRIFTED = "table-1.a.2.survival.value"


@pytest.fixture
def agreements(tmp_path):
    study = write_study(tmp_path, DIFFERENT, ("{50}%", "{49}%"))
    return reproduce(str(study), tmp_path / "export").agreements


def page_of(agreements, baseline=None, remarks=()):
    return agreement_page(agreements, expect(agreements, baseline), remarks)


def headings(page):
    return re.findall("<h2>(.*)</h2>", page)


def test_what_differs_stands_before_the_counts_and_all_figures(agreements):
    page = page_of(agreements)
    assert headings(page) == [
        "Differing (1)", "Contradicting in print (1)", "Verdicts", "Every figure",
    ]  # fmt: skip
    first = page.partition("Contradicting in print")[0]
    cells = re.findall("<td[^>]*>(.*?)</td>", first)
    assert cells[:4] == ["Table 1, Arm A: Week 2, Survival (value)", "0.62", "0.67", "5"]
    assert "3 of all 6 are 50 %" in page
    assert len(Tags(page).found) > 100  # every tag is closed


def test_what_drifted_stands_on_top_with_what_is_gone(agreements):
    page = page_of(agreements, {DRIFTED, "text.gone.1"})
    assert headings(page)[0] == "No longer as in the baseline (2)"
    top = page.partition("<h2>Differing")[0]
    assert DRIFTED in top and "text.gone.1" in top
    assert "the study has no figure of this id any more" in top
    assert "No longer as in the baseline" not in page_of(agreements, set())


def test_every_figure_is_listed_once_by_its_part(agreements):
    every = page_of(agreements).partition("<h2>Every figure</h2>")[2]
    assert re.findall("<summary>(.*)</summary>", every) == ["Text (8)", "Table 1 (6)"]
    assert every.count("<tr>") == len(agreements.figures) + 2


def test_nothing_of_a_paper_or_an_export_is_run(agreements):
    figures = tuple(
        replace(one, note=text, computed=text)
        for one, text in zip(agreements.figures, HOSTILE, strict=False)
    )
    page = page_of(replace(agreements, figures=figures), remarks=HOSTILE)
    names = {name for name, _ in Tags(page).found}
    assert "script" not in names
    assert not any(attributes.get("href") or attributes.get("src") for _, attributes in
                   Tags(page).found)  # fmt: skip
    assert page.count("&lt;script&gt;") >= 3


def test_the_same_answer_makes_the_same_page(agreements):
    assert page_of(agreements) == page_of(agreements)
