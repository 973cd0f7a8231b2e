"""A drawing that is byte-equal when nothing changed, as SVG and as PNG."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which people with any colour vision tell apart; each comes with a line
# and a hatch of its own, so that a print in grey can be read too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
LINES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (9, 3)), (0, (3, 5)))
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "++")

_STYLE: Any = {
    "svg.hashsalt": "oncorules",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.6,
    "text.parse_math": False,
}
_DOTS_PER_INCH = 200
_CAPTION = 16  # characters of a caption in an inch
_HEAD = re.compile(r"<svg [^>]*>")
_TAG = re.compile(r"<[^>]*>")
_REFERENCE = re.compile(r'(\b(?:id|xlink:href|href)="#?|url\(#)')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Drawing:
    """A drawing with the words that stand for it.

    Attributes:
        name: of its file, without an ending; it begins its ids too.
        title: what it shows.
        alt: what it says, for those who cannot see it.
        footnote: method, convention and size.
        figure: of matplotlib.
    """

    name: str
    title: str
    alt: str
    footnote: str
    figure: Figure

    def __post_init__(self) -> None:
        """Lay the drawing out once; a layout that is made again may come out another way."""
        with style():
            self.figure.draw_without_rendering()
            self.figure.set_layout_engine("none")
        for axes in self.figure.axes:
            legend = axes.get_legend()
            if legend is not None:
                legend.set_in_layout(True)  # what made no room for itself is not cut either

    def svg(self) -> str:
        """Return the drawing as an SVG file, with its title and footnote below it."""
        with self._captioned():
            return f'<?xml version="1.0" encoding="utf-8"?>\n{self.element()}'

    def png(self) -> bytes:
        """Return the drawing as a PNG of 200 dots per inch, with title and footnote below it."""
        words = {"Software": None, "Title": self.title, "Description": self.alt}
        with self._captioned():
            return self._saved("png", {**words, "Comment": self.footnote})

    def element(self) -> str:
        """Return the drawing as a part of a page: its ids are those of no other drawing."""
        text = self._saved("svg", {"Date": None, "Creator": None}).decode()
        text = text[text.index("<svg") :].rstrip() + "\n"
        named = rf"\g<1>{self.name}-"
        text = _TAG.sub(lambda tag: _REFERENCE.sub(named, tag[0]), text)
        words = f"<title>{escape(self.title)}</title><desc>{escape(self.alt)}</desc>"
        label = f'role="img" aria-label="{escape(f"{self.title}. {self.alt}")}"'
        text = _HEAD.sub(lambda head: f"{head[0][:-1]} {label}>{words}", text, count=1)
        return _NOT_XML.sub("\ufffd", text)

    @contextmanager
    def _captioned(self) -> Iterator[None]:
        """Write title and footnote below the drawing as long as this lasts."""
        width = int(self.figure.get_figwidth() * _CAPTION)
        lines = wrap(f"{self.title}. {self.footnote}", width)
        with style():
            caption = self.figure.text(0.005, -0.01, "\n".join(lines), va="top", fontsize=7.5)
        yield
        caption.remove()

    def _saved(self, format: str, metadata: dict[str, str | None]) -> bytes:
        out = BytesIO()
        with style():
            self.figure.savefig(
                out, format=format, dpi=_DOTS_PER_INCH if format == "png" else "figure",
                metadata=metadata, bbox_inches="tight", pad_inches=0.08,
            )  # fmt: skip
        return out.getvalue()


@contextmanager
def style() -> Iterator[None]:
    """Set how everything is drawn, whatever a user's own settings are."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        # The SVG keeps the text; a reader's own font has the letters that this one lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters; its end tells more than its middle.

    >>> shortened("CDISCPILOT01-701-1015", 12), shortened("Z18-01", 12)
    ('CDI\u2026701-1015', 'Z18-01')
    """
    if len(text) <= most:
        return text
    start = most // 3 - 1
    return f"{text[:start]}\u2026{text[len(text) - (most - start - 1) :]}"
