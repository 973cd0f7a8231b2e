"""A drawing that is byte-equal when nothing changed, as SVG and as PNG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which people with any colour vision tell apart; each comes with a line
# and a hatch of its own, so that a print in grey can be read too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
LINES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)), (0, (1, 1)), (0, (9, 3)), "-")
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
_HEAD = re.compile(r"<svg [^>]*>")


@dataclass(frozen=True)
class Drawing:
    """A drawing with the words that stand for it.

    Attributes:
        name: of its file, without an ending.
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

    def svg(self) -> str:
        """Return the drawing as an SVG element, whose ids no other drawing has."""
        out = BytesIO()
        with style():
            self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        text = out.getvalue().decode()
        text = text[text.index("<svg") :].rstrip() + "\n"
        # Several drawings stand in one page: ids and what refers to them get the name in front.
        text = re.sub(r'((?:id|xlink:href|href)="#?|url\(#)', rf"\g<1>{self.name}-", text)
        words = f"<title>{escape(self.title)}</title><desc>{escape(self.alt)}</desc>"
        label = f'role="img" aria-label="{escape(f"{self.title}. {self.alt}")}"'
        return _HEAD.sub(lambda head: f"{head[0][:-1]} {label}>{words}", text, count=1)

    def png(self) -> bytes:
        """Return the drawing as a PNG of 200 dots per inch."""
        out = BytesIO()
        with style():
            self.figure.savefig(out, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})
        return out.getvalue()


@contextmanager
def style() -> Iterator[None]:
    """Set how everything is drawn, whatever a user's own settings are."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def new_figure(width: float, height: float, **options: Any) -> Figure:
    """Return an empty figure of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", **options)


def colour(place: int) -> str:
    """Return the colour of the so-manieth group."""
    return COLOURS[place % len(COLOURS)]
