"""The frame of every page: one HTML file without network or outside files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.6rem; }
td { white-space: pre-line; }
th, td { border-bottom: 1px solid #8886; }
thead th { border-bottom: 2px solid #888; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.wrong { color: #b00020; font-weight: 600; }
@media (prefers-color-scheme: dark) { .wrong { color: #ff8a80; } }
.wide { overflow-x: auto; }
tbody th { font-weight: 400; } tr.heading > th { padding-top: 0.7rem; font-weight: 600; }
.laid thead th + th { text-align: right; }
.printed { opacity: 0.65; } .footnotes { font-size: 0.85rem; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; background: #fff; }
figcaption { font-size: 0.85rem; }
details > summary { cursor: pointer; font-weight: 600; margin: 0.6rem 0; }
@media print {
  body { max-width: none; }
  details::details-content { content-visibility: visible; display: block; }
}
""".strip()


def page(title: str, body: Iterable[str], language: str = "en") -> str:
    """Return a whole page; `body` is HTML, the title is a text."""
    return "\n".join([*framed(title, body, language=language), ""])


def framed(
    title: str,
    body: Iterable[str],
    *,
    style: str = STYLE,
    head: Iterable[str] = (),
    before: Iterable[str] = (),
    after: Iterable[str] = (),
    language: str = "en",
) -> Iterator[str]:
    """Go through the lines of a whole page, so that a long one need not be in memory.

    Args:
        title: a text; it is the heading too.
        body: HTML.
        style: CSS, which stands between `<style>` and `</style>` without further blanks.
        head: more HTML for the head, before the style.
        before: HTML in front of the main part.
        after: HTML behind it.
        language: what the page is written in.
    """
    yield "<!doctype html>"
    yield f'<html lang="{escape(language)}">'
    yield '<head><meta charset="utf-8">'
    yield from head
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>"
    yield f"<style>{style}</style></head>"
    yield "<body>"
    yield from before
    yield "<main>"
    yield f"<h1>{escape(title)}</h1>"
    yield from body
    yield "</main>"
    yield from after
    yield "</body></html>"


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    label: str = "",
    numbers: Sequence[int] = (),
    wrong: Sequence[int] = (),
    link: Callable[[str], str] | None = None,
) -> str:
    """Return a table; every cell is a text and is escaped.

    Args:
        columns: headings.
        rows: cells; None is shown as nothing.
        caption: stands above the table.
        label: what a screen reader calls it, where a heading above it does that for others.
        numbers: the columns set to the right.
        wrong: the columns whose text marks a contradiction.
        link: returns the address that a text of the first column leads to.
    """
    head = "".join(
        f'<th scope="col"{_class(place, numbers, ())}>{escape(column)}</th>'
        for place, column in enumerate(columns)
    )
    named = f' aria-label="{escape(label)}"' if label else ""
    lines = [f'<div class="wide"><table{named}>']
    if caption:
        lines.append(f"<caption>{escape(caption)}</caption>")
    lines.append(f"<thead><tr>{head}</tr></thead><tbody>")
    for row in rows:
        cells = []
        for place, cell in enumerate(row):
            kind = _class(place, numbers, wrong)
            text = escape("" if cell is None else str(cell))
            if link is not None and place == 0:
                text = f'<a href="{escape(link(str(cell)))}">{text}</a>'
            cells.append(f"<td{kind}>{text}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    lines.append("</tbody></table></div>")
    return "\n".join(lines)


def paragraph(text: str) -> str:
    """Return a text as a paragraph."""
    return f"<p>{escape(text)}</p>"


def heading(text: str) -> str:
    """Return the heading of a part of a page."""
    return f"<h2>{escape(text)}</h2>"


def folded(summary: str, body: str) -> str:
    """Return a part that opens when its summary is chosen; printing shows it."""
    return f"<details><summary>{escape(summary)}</summary>\n{body}\n</details>"


def _class(place: int, numbers: Sequence[int], wrong: Sequence[int]) -> str:
    names = [name for name, those in (("number", numbers), ("wrong", wrong)) if place in those]
    return f' class="{" ".join(names)}"' if names else ""
