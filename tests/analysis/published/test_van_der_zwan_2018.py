"""Every number of the paper's abstract, text and tables is one of the study's figures."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from oncorules.analysis.published.read import read_published

PAPERS = Path(__file__).parents[4] / "shared/paper"
NAMES = (
    r"\[?\$?\^?\{?\^?\{?\[?177\}?\$?(?:\\text\{)?\s?Lu-?\s?-?\s?DOTA\s?[⁰0]?,\s?Tyr\s?\}?\^?\s?[3³]\$?\]?",
    r"\[\$\^\{177\}\\text\{Lu-DOTA,Tyr\}\^3\$\]",
    r"\[\^\{111\}In -DTPA 0\]",
    r"\[\d+(?:[\u2013, ]+\d+)*\]",  # references
    r"(?:Table|Figs?\.|Figure|Online Resource) ?\d",
    r"Ki-67|MIB-1|NETTER-1|RADIANT-4|\\chi\^2|Q₁|Q₃",
    r"<https?://\S+>",
)  # fmt: skip
PRINTED = {
    "Abstract": 41, "Introduction": 18, "Materials and methods": 51, "Results": 150,
    "Discussion": 89, "Table 1": 211, "Table 2": 11, "Table 3": 56, "Table 4": 180, "Table 5": 213,
    "Table 6": 58, "Table 7": 22,
}  # fmt: skip


@pytest.fixture(scope="module")
def published():
    return read_published("van-der-zwan-2018")


def numbers_of(text: str) -> list[str]:
    for name in NAMES:
        text = re.sub(name, " ", text)
    return [found.replace(",", "") for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def test_the_figures_are_counted_by_place(published):
    assert Counter(figure.place.part for figure in published) == PRINTED


def test_every_number_of_the_paper_is_a_figure_and_no_other_is(published):
    papers = sorted(PAPERS.glob("*.txt"))
    if not papers:
        pytest.skip("the paper is not beside this checkout")
    lines = papers[0].read_text("utf-8").splitlines()
    start = lines.index("Abstract")
    end = next(place for place, line in enumerate(lines) if line.startswith("Compliance with"))
    second_head = lines.index("Table 1 (continued)")  # repeats the headings of Table 1
    body = [line for place, line in enumerate(lines) if start <= place < end]
    in_paper = Counter(number for line in body for number in numbers_of(line))
    in_paper -= Counter(numbers_of(lines[second_head + 2]))
    figures = Counter(
        figure.printed.text.replace(",", "").lstrip("< ")
        for figure in published
        if re.search(r"\d", figure.printed.text)
    )
    assert in_paper == figures


def test_no_finding_is_written_down_in_the_files():
    folder = Path(read_published.__code__.co_filename).parents[2]
    files = sorted((folder / "rules/studies/van-der-zwan-2018/published").glob("*.yaml"))
    assert [file.stem for file in files if file.stem.startswith("table-")] == [
        f"table-{number}" for number in range(1, 8)
    ]
    for file in files:
        text = file.read_text("utf-8").lower()
        for word in (
            "verdict",
            "contradict",
            "should be",
            "tolerance",
            "wrong",
            "typo",
            "computed",
        ):
            assert word not in text, (file.name, word)
