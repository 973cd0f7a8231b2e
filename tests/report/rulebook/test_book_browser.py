"""The page of the rule book on paper, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.report.rulebook.book_page import write_book_page

from ..chromium import Chromium, find_chromium
from .book import contents_of

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="Chromium is not installed")


def seen(page: Chromium, selector: str) -> list[bool]:
    """Whether a reader sees each of some elements, once the page has been drawn anew."""
    return page.ask(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done("
        f"[...document.querySelectorAll('{selector}')].map(one => one.checkVisibility("
        "{contentVisibilityAuto: true, visibilityProperty: true}))))))"
    )


def test_on_paper_examples_are_unfolded_and_sql_is_left_out(reviewer, tmp_path: Path) -> None:
    write_book_page(contents_of(), tmp_path / "book.html")
    with Chromium(find_chromium() or "", tmp_path / "profile") as page:
        page.open((tmp_path / "book.html").as_uri())
        assert seen(page, "details > summary") == [True] * 4
        assert seen(page, "details td") == [False] * 4
        page.call("Emulation.setEmulatedMedia", media="print")
        assert seen(page, "details td") == [True] * 4
        assert seen(page, "details pre") == [False] * 3
        assert seen(page, "details > summary") == [True, False, False, False]
