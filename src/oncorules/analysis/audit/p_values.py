"""p values follow from counts or statistics, under each reading of the test."""

from __future__ import annotations

from collections.abc import Iterator

from oncorules.analysis.audit.checked import Checked
from oncorules.analysis.published.figure import Figure, Follows, Published
from oncorules.analysis.published.printed import Printed, shown
from oncorules.analysis.statistics.association import (
    chi_squared,
    chi_squared_p,
    fisher_exact,
    spearman_p,
)


def check_p_values(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield a check of each p value that can be computed from printed numbers."""
    for figure in published:
        follows = figure.follows
        if follows is None or follows.rule != "test":
            continue
        if follows.test == "fisher":
            yield _fisher(figure, follows, published)
            continue
        first, second = (published.find(operand[0]) for operand in follows.operands)
        assert first is not None and second is not None
        statistic, number = float(first.printed.value), int(second.printed.value)
        if follows.test == "spearman":
            p, words = spearman_p(statistic, number), f"rho {first.printed.text}, n = {number}"
        else:
            p, words = chi_squared_p(statistic, number), f"χ² {first.printed.text}, df = {number}"
        yield Checked(figure.id, _is(figure.printed, p), f"{words}: p = {p:.4f}", _text(figure, p))


def _fisher(figure: Figure, follows: Follows, published: Published) -> Checked:
    counts, sizes, known = [], [], []
    for place, operand in enumerate(follows.operands):
        count = published.figures[operand[0]]
        size = published.value_of([f"group:{count.group}"]) or 0
        unknown = published.value_of(follows.unknown[place]) if follows.unknown else 0
        counts.append(int(count.printed.value))
        sizes.append(size)
        known.append(size - (unknown or 0))
    readings = {f"all, {sizes[0]} and {sizes[1]}": sizes}
    if known != sizes:
        readings[f"the known, {known[0]} and {known[1]}"] = known
    answers = {words: fisher_exact(_table(counts, of)).p for words, of in readings.items()}
    fits = [words for words, p in answers.items() if _is(figure.printed, p)]
    told = "; ".join(f"of {words}: p = {p:.3f}" for words, p in answers.items())
    shares = f"{counts[0]} against {counts[1]}, each against the rest, by Fisher's exact test"
    if fits:
        convention = f"of {fits[0]}" if len(fits) < len(readings) else ""
        text = _text(figure, answers[fits[0]])
        return Checked(figure.id, True, f"{shares}, {told}", text, convention=convention)
    others = _other_tests(figure.printed, counts, readings)
    text = _text(figure, next(iter(answers.values())))
    return Checked(figure.id, False, f"{shares}, {told}{others}", text)


def _other_tests(printed: Printed, counts: list[int], readings: dict[str, list[int]]) -> str:
    """Return which other test would give what is printed."""
    found = []
    for words, of in readings.items():
        table = _table(counts, of)
        if not all(map(sum, zip(*table, strict=True))):
            continue
        for correction in (False, True):
            answer = chi_squared(table, correction=correction)
            if _is(printed, answer.p):
                found.append(f"{answer.method} {answer.convention} of {words} would")
    return f"; {', '.join(found)}" if found else ""


def _table(counts: list[int], of: list[int]) -> list[list[int]]:
    return [[count, size - count] for count, size in zip(counts, of, strict=True)]


def _is(printed: Printed, p: float) -> bool:
    """Return whether a p value is printed so: as a limit only when it rounds to less."""
    return printed.shows(p)


def _text(figure: Figure, p: float) -> str:
    decimals = figure.printed.decimals
    text = shown(p, decimals)
    return f"<0.{'0' * (decimals - 1)}1" if float(text) == 0 else text
