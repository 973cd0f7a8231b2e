"""Percentages follow from counts, under each denominator that a reader may have meant."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from oncorules.analysis.audit.checked import Checked
from oncorules.analysis.published.figure import Figure, Follows, Published
from oncorules.analysis.published.printed import shown


def check_percentages(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield a check of each percentage whose count is printed."""
    for figure in published:
        if figure.follows is not None and figure.follows.rule == "percent":
            yield _check(figure, figure.follows, published)


def check_shares(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield whether a percentage of a group is that of any whole number of its members."""
    for figure in published:
        if figure.share_of is None:
            continue
        size = published.value_of([f"group:{figure.share_of}"]) or 0
        fits = [k for k in range(size + 1) if figure.printed.shows(Fraction(100 * k, size))]
        found = " or ".join(map(str, fits))
        note = f"{found} of {size}" if fits else f"no number of {size} members has this percentage"
        yield Checked(figure.id, bool(fits), note)


def _check(figure: Figure, follows: Follows, published: Published) -> Checked:
    part, whole = (published.value_of(operand) for operand in follows.operands)
    assert part is not None and whole is not None
    unknown = published.value_of(follows.unknown[0]) if follows.unknown else 0
    readings = {f"of all {whole}": whole}
    if unknown:
        readings[f"of the {whole - unknown} that are known"] = whole - unknown
    answers = {
        words: shown(Fraction(100 * part, size), figure.printed.decimals)
        for words, size in readings.items()
    }
    fits = [
        words
        for words, size in readings.items()
        if figure.printed.shows(Fraction(100 * part, size))
    ]
    if fits:
        told = f"{part} {fits[-1]}"
        convention = fits[0] if len(fits) < len(readings) else ""
        return Checked(figure.id, True, told, answers[fits[0]], convention=convention)
    note = " and ".join(f"{part} {words} are {answer} %" for words, answer in answers.items())
    computed = next(iter(answers.values())) if len(set(answers.values())) == 1 else None
    if unknown:
        computed = answers[f"of the {whole - unknown} that are known"]
    return Checked(figure.id, False, note + _other_whole(figure, part, whole), computed)


def _other_whole(figure: Figure, part: int, whole: int) -> str:
    """Return which other denominator near the group's size would give what is printed."""
    near = range(max(part, whole - whole // 10, 1), whole + whole // 10 + 1)
    fits = [size for size in near if figure.printed.shows(Fraction(100 * part, size))]
    return f"; {part} of {' or '.join(map(str, fits))} would be" if fits else ""
