"""The page of a study: escaped, complete, without network."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from oncorules.analysis.published.figure import Published
from oncorules.report.study_page import study_page

from .charts.test_drawing import draw
from .studies import HOSTILE, table

PAPER = Published("small", "A small <paper>", "10.1000/none", {})


class Tags(HTMLParser):
    """Collects tags with their attributes, and refuses one that is not closed."""

    EMPTY = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_text_from_data_is_escaped_wherever_it_stands():
    drawings = [draw(text, f"figure-{number}", text) for number, text in enumerate(HOSTILE)]
    page = study_page(PAPER, [table(*HOSTILE)], drawings, HOSTILE)
    tags = {tag for tag, _ in Tags(page).found}
    assert "script" not in tags
    assert page.count("&lt;script&gt;alert(") >= 8
    assert "<title>A small &lt;paper&gt;</title>" in page


def test_nothing_is_fetched_and_nothing_runs():
    page = study_page(PAPER, [table("Male")], [draw()])
    for tag, attributes in Tags(page).found:
        assert tag not in ("script", "link", "iframe", "object", "img")
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert not (name in ("href", "src", "xlink:href") and not str(value).startswith("#"))


def test_every_part_has_a_link_that_leads_to_it_in_the_order_of_the_page():
    page = study_page(PAPER, [table("Male"), table("x", name="table-2")], [draw(name="figure-1")])
    links = re.findall(r'<li><a href="#([^"]+)"', page)
    assert links == ["figure-1", "table-1", "table-2"]
    assert re.findall(r'<section id="([^"]+)"', page) == links


def test_no_id_stands_twice():
    page = study_page(PAPER, [table("Male")], [draw(name="a"), draw(name="b")])
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 10


def test_a_number_stands_above_the_printed_one_where_they_differ():
    page = study_page(PAPER, [table("5", "12")], [])
    assert '<td class="number" title="5">5<br><small class="printed">12</small></td>' in page
    assert '<td class="number" title="12">12</td>' in page


def test_figures_and_tables_have_their_footnotes():
    page = study_page(PAPER, [table("Male")], [draw()])
    assert '<ol class="footnotes"><li>Method: Male.</li></ol>' in page
    assert "<figcaption>Method: by hand.</figcaption>" in page


def test_what_was_noticed_is_told():
    page = study_page(PAPER, [], [], ["TR: the export has no such table"])
    assert "Noticed on the way (1)" in page and "TR: the export has no such table" in page
    assert "Noticed" not in study_page(PAPER, [], [])
