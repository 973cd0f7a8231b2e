"""Pages of Data Docs are shut off from what is not in them."""

from pathlib import Path

from oncorules.validation.expectations.data_docs import close_pages

PAGE = (
    '<html>\n<head><script src="https://elsewhere/x.js"></script></head>\n<body>text</body></html>'
)


def test_every_page_loads_nothing_and_the_first_lists_the_others(tmp_path: Path):
    inner = tmp_path / "validations" / "a b"
    inner.mkdir(parents=True)
    for page in (tmp_path / "index.html", inner / "x&y.html"):
        page.write_text(PAGE, "utf-8")
    close_pages(tmp_path)
    index, other = (tmp_path / "index.html").read_text(), (inner / "x&y.html").read_text()
    for text in (index, other):
        assert text.index("default-src 'none'") < text.index("elsewhere")
    assert '<a href="validations/a%20b/x%26y.html">validations/a b/x&amp;y.html</a>' in index
    assert "<a href" not in other
