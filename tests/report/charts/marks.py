"""What every drawing is tried with: names that are no plain words, and readers of its files."""

from __future__ import annotations

import os
import subprocess
import sys
from xml.etree import ElementTree

from oncorules.report.charts.drawing import Drawing

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>x()</script>", "$x^2$", "=1+1", 'id="a" url(#b)', "\u65e5\u672c\u8a9e", "a\x01b",
    "\\frac", "_" * 5_000,
)  # fmt: skip


def texts(svg: str) -> list[str]:
    """Return the words that a drawing shows, in its order; it must be well-formed."""
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def said(svg: str) -> tuple[str, str, str]:
    """Return title, description and label of a drawing, as a screen reader finds them."""
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    title, description = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    return title or "", description or "", root.get("aria-label") or ""


def drawn(drawing: Drawing) -> str:
    """Return the SVG of a drawing whose PNG can be made, too."""
    assert drawing.png().startswith(b"\x89PNG")
    return drawing.svg()


def in_other_process(code: str, seed: int) -> bytes:
    """Return what a program prints in a process that orders its sets in another way."""
    words = [sys.executable, "-W", "error", "-c", code]
    environment = {
        **os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    return subprocess.run(words, capture_output=True, check=True, env=environment).stdout
