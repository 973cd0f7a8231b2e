"""The rule book as a page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from oncorules.report.rulebook.book_page import anchors_of, book_page, write_book_page
from oncorules.rules.catalogue.chapters import read_contents

from .book import contents_of


class Tags(HTMLParser):
    """The tags, anchors and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_rule_has_an_anchor_that_the_contents_link_to(reviewer) -> None:
    page = Tags(book_page(contents_of()))
    assert page.ids == ["AGE-ADULT", "EX-END", "doses"]
    assert page.links == ["#AGE-ADULT", "#EX-END", "#doses"]
    assert page.open == []


def test_the_page_has_no_script_and_asks_for_nothing(reviewer) -> None:
    text = book_page(contents_of())
    page = Tags(text)
    assert not page.tags & {"script", "link", "img", "iframe", "b>trial", "i"}
    assert "A &lt;b&gt;trial&lt;/b&gt;" in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search(r"(src|href)=\"(?!#)", text)


def test_a_rule_shows_words_formula_parameters_examples_and_sql(reviewer) -> None:
    text = book_page(contents_of())
    assert "<li>the days from Start Date/Time of Treatment (EXSTDTC)" in text
    assert "<code>days_between(EXSTDTC, EXENDTC) &lt;= window</code>" in text
    assert "<td>trial:AGE-ADULT.adult</td>" in text
    assert "<summary>Examples (2)</summary>" in text
    assert "-- EX-END on EX" in text


def test_what_the_book_was_made_with_is_said(reviewer) -> None:
    text = book_page(contents_of(preset="strict", settings={"adult": "21"}))
    assert "Made with preset strict, adult = 21." in text
    assert "window (14 day)" in text


def test_two_rules_of_one_name_have_two_anchors() -> None:
    contents = read_contents(["ctcae-4.03", "ctcae-5.0"], with_sql=False)
    anchors = anchors_of(contents.chapters)
    assert anchors["ctcae-4.03:toxicity"] == "ctcae-4.03:toxicity"
    assert len(set(anchors.values())) == len(contents.chapters)


def test_the_page_is_written_to_a_file(reviewer) -> None:
    contents = contents_of()
    write_book_page(contents, Path("book.html"))
    assert Path("book.html").read_text("utf-8") == book_page(contents)
