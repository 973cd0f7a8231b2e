"""The rule book as a page: every rule in words, to be read, printed and linked to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from oncorules import __version__
from oncorules.data.whole_file import whole_file
from oncorules.report.page import folded, heading, page, paragraph, table
from oncorules.rules.catalogue.chapters import Chapter, Contents, example_rows
from oncorules.rules.catalogue.pages import source_text
from oncorules.rules.catalogue.words.formula_words import Said
from oncorules.rules.loading.model_base import scalar_text

STYLE = """<style>
article { border-top: 2px solid #8886; margin-top: 2.5rem; padding-top: 0.5rem; }
article h3 { font-size: 1.1rem; margin: 0.5rem 0; } article h3 code { font-size: 1rem; }
.facts { color: #666; margin: 0.2rem 0; } .said { border-left: 3px solid #48a; padding-left: 1rem; }
ul { margin: 0.2rem 0; } dt { font-weight: 600; margin-top: 0.4rem; } dd { margin-left: 1.2rem; }
pre { overflow-x: auto; font-size: 0.8rem; }
nav table td, nav table th { padding: 0.1rem 0.6rem; }
@media (prefers-color-scheme: dark) { .facts { color: #aaa; } }
@media print {
  details:has(> pre) { display: none; }
  tr { break-inside: avoid; } article h3 { break-after: avoid; }
}
</style>"""
PARAMETER_COLUMNS = (
    "parameter",
    "value",
    "unit",
    "given by",
    "source",
    "title",
    "address for --set",
)


def write_book_page(contents: Contents, path: Path) -> None:
    """Write the rule book as one HTML file without scripts.

    Args:
        contents: the chapters.
        path: the file; it takes its place once it is whole.

    Raises:
        OutputError: the file cannot be written.
    """
    with whole_file(path) as file:
        file.write(book_page(contents).encode())


def book_page(contents: Contents) -> str:
    """Return the rule book as HTML."""
    anchors = anchors_of(contents.chapters)
    body = [STYLE, *_head(contents), *_table_of_contents(contents, anchors)]
    for pack in contents.packs:
        chapters = [one for one in contents.chapters if one.subject.pack is pack]
        body.append(heading(f"{pack.id} {pack.version}: {pack.title}"))
        if pack.source is not None:
            body.append(paragraph(f"Source: {source_text(pack.source)}"))
        for chapter in chapters:
            body += _chapter(chapter, anchors[chapter.address])
    return page(title_of(contents), body)


def title_of(contents: Contents) -> str:
    """Return what the book is called."""
    return f"Rule book: {', '.join(pack.id for pack in contents.packs)}"


def anchors_of(chapters: Sequence[Chapter]) -> dict[str, str]:
    """Return the anchor of each chapter by its address: its id, or `PACK:ID` where two share it."""
    ids = [one.id for one in chapters]
    return {one.address: one.id if ids.count(one.id) == 1 else one.address for one in chapters}


def _head(contents: Contents) -> Iterator[str]:
    rules = sum(1 for one in contents.chapters if one.tables)
    yield paragraph(
        f"{rules:,} rules and {len(contents.chapters) - rules:,} derived tables, as oncorules "
        f"{__version__} reads them. Every rule is told in words; the formula below the words is "
        "what runs. A rule has three answers for a row: met, not met (a finding), not evaluable."
    )
    given = [("study", contents.study), ("preset", contents.preset)]
    told = [f"{name} {value}" for name, value in given if value]
    told += [f"{name} = {value}" for name, value in contents.settings.items()]
    if told:
        yield paragraph(f"Made with {', '.join(told)}.")


def _table_of_contents(contents: Contents, anchors: dict[str, str]) -> Iterator[str]:
    yield '<nav aria-label="Contents">' + heading("Contents")
    for pack in contents.packs:
        rows = [
            f'<tr><td><a href="#{quote(anchors[one.address])}">{escape(one.id)}</a></td>'
            f"<td>{escape(one.severity or one.kind)}</td><td>{escape(one.title)}</td></tr>"
            for one in contents.chapters
            if one.subject.pack is pack
        ]
        heads = "".join(f'<th scope="col">{name}</th>' for name in ("rule", "severity", "title"))
        yield (
            f'<div class="wide"><table><caption>{escape(pack.id)}</caption><thead><tr>{heads}</tr>'
            f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
        )
    yield "</nav>"


def _chapter(one: Chapter, anchor: str) -> Iterator[str]:
    title = f": {escape(one.title)}" if one.title else ""
    yield f'<article id="{escape(anchor)}"><h3><code>{escape(one.id)}</code>{title}</h3>'
    facts = [one.kind, one.severity, f"version {one.version}", one.place]
    yield f'<p class="facts">{escape("; ".join(filter(None, facts)))}</p>'
    for on in one.tables:
        yield f'<div class="said"><p><b>{escape(on.table)}</b></p>'
        if on.scope is not None:
            yield f"<p>Looks at rows where:</p>{_said(on.scope)}"
            yield f"<p><code>{escape(on.scope_formula)}</code></p>"
        else:
            yield "<p>Looks at every row.</p>"
        yield f"<p>Asks that:</p>{_said(on.condition)}"
        yield f"<p><code>{escape(on.formula)}</code></p></div>"
    yield from map(paragraph, one.unknown)
    if one.steps:
        yield "<dl>"
        for step in one.steps:
            yield f"<dt>{escape(step.name)}</dt><dd>{escape(step.text)}"
            if step.rows:
                yield _lean_table(step.columns, step.rows)
            yield "</dd>"
        yield "</dl>"
    if one.message:
        where = f" (on {one.tables[0].table})" if len(one.tables) > 1 else ""
        yield paragraph(f"Message{where}: {one.message}")
    if one.source:
        yield paragraph(f"Source: {one.source}")
    if one.parameters:
        yield table(PARAMETER_COLUMNS, parameter_rows(one), caption="Parameters")
    examples = list(example_rows(one.examples))
    if examples:
        body = _lean_table(("example", "given", "expected"), examples)
        yield folded(f"Examples ({len(examples):,})", body)
    if one.sql:
        yield folded("SQL", f"<pre>{escape(one.sql)}</pre>")
    yield "</article>"


def parameter_rows(chapter: Chapter) -> list[tuple[str, str, str, str, str, str, str]]:
    """Return the parameters of a chapter as rows of `PARAMETER_COLUMNS`."""
    return [
        (
            one.name,
            str(scalar_text(one.value)),
            one.unit or "",
            one.origin,
            source_text(one.declared.source),
            one.declared.title or "",
            one.address,
        )
        for one in chapter.parameters
    ]


def _lean_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table without the columns in which no row says anything."""
    kept = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    return table([columns[place] for place in kept], [[row[at] for at in kept] for row in rows])


def _said(said: Said) -> str:
    return f"<ul>{_item(said)}</ul>"


def _item(said: Said) -> str:
    if not said.parts:
        return f"<li>{escape(said.text)}</li>"
    inner = "".join(map(_item, said.parts))
    return f"<li>{escape(said.head)}:<ul>{inner}</ul></li>"
