"""Totals and subtotals, differences, and counts that bound each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from oncorules.analysis.audit.checked import Checked
from oncorules.analysis.audit.repeated import reads_like
from oncorules.analysis.published.figure import Published


def check_sums(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield whether parts add up to their whole; if not, each of them may be wrong."""
    for one in published.sums:
        parts = [published.figures[id] for id in one.parts]
        values = [part.printed.value for part in parts]
        total = sum(values, Decimal(0))
        if one.percents:
            slack = sum((part.printed.unit for part in parts), Decimal(0)) / 2
            note = f"{' + '.join(part.printed.text for part in parts)} = {total} %"
            agrees = abs(total - 100) <= slack
            for part in parts:
                yield Checked(part.id, agrees, note)
            continue
        whole = published.find(one.whole)
        assert whole is not None
        agrees = total == whole.printed.value
        sides = f"{' + '.join(part.printed.text for part in parts)} = {total}"
        note = sides if agrees else f"{sides}, not {whole.printed.text}"
        if agrees:
            if not one.whole.startswith("group:"):
                yield Checked(whole.id, True, note, str(total), exact=True)
            continue
        if not one.whole.startswith("group:"):
            yield Checked(whole.id, False, note, str(total), exact=True)
        for part in parts:
            rest = whole.printed.value - total + part.printed.value
            yield Checked(part.id, False, note, str(rest), exact=True)


def check_computed(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield a check of each figure that is the sum or the difference of others."""
    for figure in published:
        follows = figure.follows
        if follows is None or follows.rule not in ("sum", "difference"):
            continue
        values = [_value(published, operand) for operand in follows.operands]
        sign = "-" if follows.rule == "difference" else "+"
        total = values[0] - values[1] if sign == "-" else sum(values, Decimal(0))
        agrees = reads_like(figure, total)
        words = "" if follows.reading == "exactly" else f", printed as {follows.reading}"
        note = f"{f' {sign} '.join(map(str, values))} = {total}{words}"
        exact = follows.reading == "exactly"
        yield Checked(figure.id, agrees, note, str(total) if exact else None, exact=exact)


def check_bounds(published: Published, wrong: dict[str, Checked]) -> Iterator[Checked]:
    """Yield counts that exceed their group, or another count that bounds them."""
    for figure in published:
        printed = figure.printed
        if figure.statistic == "n" and figure.group is not None:
            size = published.find(f"group:{figure.group}")
            if size is not None and printed.value > size.printed.value:
                yield Checked(figure.id, False, f"the group has {size.printed.text} members")
        if figure.at_most is not None:
            most = published.figures[figure.at_most]
            note = f"at most {most.printed.text}, {most.place}"
            if printed.value > most.printed.value:
                yield Checked(figure.id, False, note)
    for id, others in published.largest:
        figure = published.figures[id]
        counts = [published.figures[other].printed.value for other in others]
        low, high = max(counts), sum(counts, Decimal(0))
        if not low <= figure.printed.value <= high:
            note = f"any of them is at least the largest, {low}, and at most the sum, {high}"
            yield Checked(id, False, note)


def _value(published: Published, operand: tuple[str, ...]) -> Decimal:
    found = [figure for id in operand if (figure := published.find(id)) is not None]
    return sum((figure.printed.value for figure in found), Decimal(0))
