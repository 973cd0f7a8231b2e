"""The study file that `oncorules init` writes: what is sure as it is read, the rest as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from oncorules.data.mapping import ColumnFrom
from oncorules.rules.loading.fitting import Fitting
from oncorules.rules.starting.forms import Form
from oncorules.rules.starting.suggest import Suggested

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_WORDS = ("true", "false", "null")
_WIDTH = 60  # of a line before its comment


def study_text(
    study: str,
    standard: str,
    fitting: Sequence[Fitting],
    renamed: Mapping[str, Sequence[tuple[str, str]]],
    suggested: Sequence[Suggested],
    left: Sequence[Form],
) -> str:
    """Return the text of `pack.yaml`.

    Args:
        study: the id of the study.
        standard: what the export was taken for, in words.
        fitting: the shipped packs that are for the tables.
        renamed: tables that keep their columns: each file, and why it is this table.
        suggested: tables that are read from a site's own columns.
        left: the forms, with the fields that are in none of these.
    """
    lines = [
        "# yaml-language-server: $schema=schema.json",
        f"# Written by oncorules init; the export was taken for {_comment(standard)}.",
        "# Read every line: each says why it stands there. What was not sure is a comment; take",
        "# its # away once it is right. docs/start.md explains the words.",
        f"id: {quoted(study)}",
        f"title: {quoted(f'The study {study}')}",
        'version: "0.1"',
        "language: 1",
        "source: ours",
        *_extends(fitting),
    ]
    tables: dict[str, list[Suggested]] = {}
    for one in suggested:
        tables.setdefault(one.table, []).append(one)
    if renamed or tables:
        live = bool(renamed) or any(one.sure for one in suggested)
        lines.append("read:" if live else "# read:")
    for table, files in renamed.items():
        lines.append(f"  {table}:")
        lines += [_said(f"    - from: {quoted(file)}", why) for file, why in files]
    for table, ways in tables.items():
        lines += _table(table, ways)
    lines += _left(left, {one.form.source for one in suggested})
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    r"""Return a text as it is written in YAML, quoted unless it is a plain word.

    >>> quoted("record_id"), quoted("=1+1"), quoted("true")
    ('record_id', '"=1+1"', '"true"')
    """
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _extends(fitting: Sequence[Fitting]) -> Iterator[str]:
    picked = [one for one in fitting if not one.ask]
    if picked:
        yield "extends:"
    elif fitting:
        yield "# extends:"
    else:
        yield "# extends: no shipped pack has rules for these tables"
    for one in picked:
        yield _said(f"  - {one.id}", f"for {', '.join(one.because)}")
    for one in fitting:
        if one.ask:
            yield _said(f"  # - {one.id}", one.ask)


def _table(table: str, ways: Sequence[Suggested]) -> Iterator[str]:
    sure = [one for one in ways if one.sure]
    yield f"  {table}:" if sure else f"  # {table}:"
    for one in ways:
        sign = "" if one.sure else "# "
        yield _said(f"    {sign}- from: {quoted(one.form.source)}", one.why)
        inside = f"      {sign}"
        if one.where:
            where = ", ".join(f"{quoted(name)}: {_values(v)}" for name, v in one.where.items())
            yield f"{inside}where: {{{where}}}"
        if one.filled:
            yield f"{inside}when_filled: [{', '.join(map(quoted, one.filled))}]"
        yield f"{inside}columns:"
        for line in one.lines:
            mark = "" if line.sure or sign else "# "
            yield _said(f"{inside}  {mark}{line.name}: {_column(line.column)}", line.why)


def _column(column: ColumnFrom) -> str:
    if not column.source:
        return f"{{value: {quoted(column.value)}}}"
    source = quoted(column.source)
    if column.codes:
        pairs = ", ".join(f"{quoted(code)}: {quoted(one)}" for code, one in column.codes.items())
        return f"{{from: {source}, codes: {{{pairs}}}}}"
    return f"{{from: {source}, date: {column.date}}}" if column.date else source


def _values(values: Iterable[str]) -> str:
    written = ["null" if value == "" else quoted(value) for value in values]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def _left(forms: Sequence[Form], read: set[str]) -> Iterator[str]:
    for form in forms:
        if form.fields:
            names = ", ".join(_comment(one.name) for one in form.fields)
            said = "has columns that are not read" if form.source in read else "was not recognised"
            yield f"# {_comment(form.name)} ({_comment(form.source)}) {said}: {names}"


def _said(line: str, why: str) -> str:
    return f"{line.ljust(_WIDTH)}  # {_comment(why)}" if why else line


def _comment(text: str) -> str:
    """Return a text that cannot leave its comment: no line break of any kind."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
