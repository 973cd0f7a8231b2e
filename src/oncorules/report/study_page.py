"""The tables and figures of a study as one page without network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from oncorules.analysis.published.figure import Published
from oncorules.analysis.tables.lay_out import LaidCell, LaidTable
from oncorules.report.charts.drawing import Drawing
from oncorules.report.page import folded, heading, page, paragraph


def study_page(
    published: Published,
    tables: Sequence[LaidTable],
    drawings: Sequence[Drawing],
    notes: Sequence[str] = (),
    origin: Sequence[str] = (),
) -> str:
    """Return the page of a study as HTML.

    Args:
        published: the paper.
        tables: as laid out.
        drawings: as drawn; they are part of the page.
        notes: what was noticed on the way.
        origin: what to know of the rows, such as that they are synthetic.
    """
    return page(published.title, _body(published, tables, drawings, notes, origin))


def _body(
    published: Published,
    tables: Sequence[LaidTable],
    drawings: Sequence[Drawing],
    notes: Sequence[str],
    origin: Sequence[str],
) -> Iterator[str]:
    yield paragraph(
        f"The tables and figures of {published.id} (doi:{published.doi}), computed from an export. "
        "Under each number stands what the paper prints, where it prints another one."
    )
    yield from map(paragraph, origin)
    links = [(drawing.name, drawing.title) for drawing in drawings]
    links += [(table.name, table.title) for table in tables]
    listed = "".join(
        f'<li><a href="#{escape(name)}">{escape(text)}</a></li>' for name, text in links
    )
    yield f"<nav><ul>{listed}</ul></nav>"
    for drawing in drawings:
        yield f'<section id="{escape(drawing.name)}">'
        yield heading(drawing.title)
        yield f"<figure>{drawing.element()}"
        yield f"<figcaption>{escape(drawing.footnote)}</figcaption></figure></section>"
    for table in tables:
        yield f'<section id="{escape(table.name)}">'
        yield heading(table.title)
        yield _table(table)
        yield _footnotes(table.footnotes)
        yield "</section>"
    if notes:
        yield folded(f"Noticed on the way ({len(notes)})", "".join(map(paragraph, notes)))


def _table(table: LaidTable) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in ("", *table.columns))
    lines = [f'<div class="wide"><table class="laid"><thead><tr>{head}</tr></thead><tbody>']
    for row in table.rows:
        cells = "".join(map(_cell, row.cells)) or f'<td colspan="{len(table.columns)}"></td>'
        heading_row = ' class="heading"' if row.heading else ""
        lines.append(f'<tr{heading_row}><th scope="row">{escape(row.label)}</th>{cells}</tr>')
    lines.append("</tbody></table></div>")
    return "\n".join(lines)


def _cell(cell: LaidCell) -> str:
    title = f' title="{escape(cell.note)}"' if cell.note else ""
    printed = ""
    if cell.printed and cell.printed != cell.text:
        printed = f'<br><small class="printed">{escape(cell.printed)}</small>'
    return f'<td class="number"{title}>{escape(cell.text)}{printed}</td>'


def _footnotes(notes: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return f'<ol class="footnotes">{items}</ol>'
