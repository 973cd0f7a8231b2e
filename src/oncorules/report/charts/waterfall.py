"""One bar per subject: the best change of the sum of diameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oncorules.errors import CallError
from oncorules.report.charts.drawing import COLOURS, HATCHES, Drawing, new_figure, style

HIGHEST = 100
"""Percent; a higher bar is cut there and its value written on it."""
_NAMED = 60


@dataclass(frozen=True)
class Change:
    """The best change of a subject, in percent; None where it was not measured."""

    subject: str
    percent: float | None
    response: str


def draw_waterfall(
    name: str,
    title: str,
    changes: Sequence[Change],
    order: Sequence[str],
    limits: Sequence[int],
    footnote: str,
) -> Drawing:
    """Return the bars from the largest growth to the largest shrinkage.

    Args:
        name: of the file.
        title: of the drawing.
        changes: one per subject.
        order: of the responses, the best first; each has its colour and hatch.
        limits: in percent, drawn as lines.
        footnote: method.

    Raises:
        CallError: no subject has a change.
    """
    known = sorted(
        (one for one in changes if one.percent is not None),
        key=lambda one: (-(one.percent or 0), one.subject),
    )
    if not known:
        raise CallError(f"the figure {name} has no subject with a change of the sum")
    with style():
        figure = new_figure(max(5.5, min(11.0, 3.5 + 0.14 * len(known))), 3.8)
        axes = figure.subplots()
        used = [response for response in order if any(one.response == response for one in known)]
        for response in used:
            number = order.index(response) % len(COLOURS)
            bars = [(x, one) for x, one in enumerate(known) if one.response == response]
            axes.bar(
                [x for x, _ in bars],
                [min(one.percent or 0, HIGHEST) for _, one in bars],
                width=0.85, color=COLOURS[number], hatch=HATCHES[number], edgecolor="white",
                linewidth=0.3, label=f"{response} ({len(bars)})",
            )  # fmt: skip
        for x, one in enumerate(known):
            if (one.percent or 0) > HIGHEST:
                axes.text(x, HIGHEST + 2, f"{one.percent:.0f}", ha="center", fontsize=7)
        for limit in limits:
            axes.axhline(limit, color="#555", linewidth=0.8, linestyle=(0, (4, 3)))
            axes.annotate(
                f"{limit:+d} %".replace("-", "\u2212"), (1, limit), (3, 0), fontsize=8, va="center",
                xycoords=("axes fraction", "data"), textcoords="offset points",
            )  # fmt: skip
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set(ylabel="Best change of the sum (%)", xlim=(-0.7, len(known) - 0.3))
        axes.spines["bottom"].set_visible(False)
        axes.set_xticks(
            range(len(known)) if len(known) <= _NAMED else [],
            [one.subject for one in known] if len(known) <= _NAMED else [],
            rotation=90, fontsize=7,
        )  # fmt: skip
        axes.legend(
            title="Best response",
            frameon=False,
            fontsize=8,
            loc="upper left",
            bbox_to_anchor=(1.08, 1),
        )
    shrunk = sum((one.percent or 0) < 0 for one in known)
    left = len(changes) - len(known)
    alt = (
        f"{len(known)} subjects from {known[0].percent:+.1f} to {known[-1].percent:+.1f} percent; "
        f"the sum shrank in {shrunk}."
    ).replace("-", "\u2212")
    missing = f" {left} of {len(changes)} subjects have no change of the sum." if left else ""
    return Drawing(name, title, alt, f"{footnote}{missing}".strip(), figure)
