"""A page of many findings: a summary, and data that its one script searches and draws.

One file without network. Its policy lets a browser run the script that is written in it and nothing
else; cells of an export are data in it, shown as text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from html import escape
from importlib.resources import files
from pathlib import Path

from oncorules.data.private import PrivateFolder
from oncorules.data.whole_file import whole_file
from oncorules.report.findings_controls import SKIP
from oncorules.report.page import STYLE, framed

_SCRIPTS, _LOOK = ("findings_data.js", "findings_why.js", "findings.js"), "findings.css"


def write_data_page(
    path: Path,
    title: str,
    blocks: Iterable[str],
    index: Callable[[], str],
    body: Callable[[], Iterable[str]],
) -> None:
    """Write a page; what counts the findings is asked for when all blocks have gone by.

    Args:
        path: the file; it is written beside its place and takes it when it is whole.
        title: a text.
        blocks: the findings of each rule as JSON.
        index: returns what blocks share as JSON.
        body: returns the HTML of the page.

    Raises:
        OutputError: the file cannot be written.
    """
    folder = PrivateFolder()  # the data wait there until the summary, which counts them, is out
    try:
        waiting = folder.path / "data.html"
        with waiting.open("w", encoding="ascii", newline="\n") as file:
            for number, block in enumerate(blocks):
                file.write(f"{_data(f'rule-{number}', block)}\n")
            file.write(f"{_data('index', index())}\n")
        with whole_file(path) as page:
            for line in _lines(title, body(), waiting):
                page.write(f"{line}\n".encode())
    finally:
        folder.close()


def _lines(title: str, body: Iterable[str], waiting: Path) -> Iterator[str]:
    style, script = f"\n{STYLE}\n{_shipped(_LOOK)}", "".join(map(_shipped, _SCRIPTS))
    return framed(
        title,
        body,
        style=style,
        head=[_policy(style, script)],
        before=[SKIP],
        after=_scripts(waiting, script),
    )


def _scripts(waiting: Path, script: str) -> Iterator[str]:
    with waiting.open(encoding="ascii") as lines:
        for line in lines:
            yield line.removesuffix("\n")
    yield f"<script>{script}</script>"


def _data(name: str, text: str) -> str:
    return f'<script type="application/json" id="{name}">{text}</script>'


def _policy(style: str, script: str) -> str:
    """Return what the browser may do: use this style and run this script."""
    rules = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    more = "base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{escape(f"{rules}; {more}")}">'


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _shipped(name: str) -> str:
    return files("oncorules.report").joinpath(name).read_text(encoding="utf-8")
