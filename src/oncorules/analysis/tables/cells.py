"""Writes the cells of a table in the pattern of the paper, such as `23 (13.7)`."""

from __future__ import annotations

from collections.abc import Mapping

from oncorules.analysis.plan.outcome import Value
from oncorules.analysis.published.cells import DASH, ROLES
from oncorules.analysis.published.model import Cells
from oncorules.analysis.published.printed import shown

NOT_REACHED = "N/A"


def write_cell(
    pattern: Cells, values: Mapping[str, Value], decimals: Mapping[str, int], printed: str
) -> str:
    """Return the text of a cell.

    Args:
        pattern: what the cell holds.
        values: its numbers by what they are; None is not reached.
        decimals: digits behind the point, by what a number is.
        printed: the cell of the paper, which may leave a percentage out or write `%`.

    >>> write_cell("n (%)", {"n": 2, "percent": 40.0}, {"n": 0}, "23 (13.7)")
    '2 (40.0)'
    >>> write_cell("n (%)", {"n": 2, "percent": 40.0}, {"n": 0}, "13")
    '2'
    """
    if pattern == "p":
        return _p_value(values.get("p"), decimals.get("p", 2))
    roles = ROLES[pattern]
    texts = {role: _number(values.get(role), decimals.get(role, 1)) for role in roles}
    first, rest = texts[roles[0]], [texts[role] for role in roles[1:]]
    if pattern in ("n", "size", "value"):
        return first
    if pattern == "n (%)":
        if printed and "(" not in printed and any(sign.isdigit() for sign in printed):
            return first  # some columns print the counts alone
        inner = DASH if DASH in printed and printed != DASH else rest[0]
        return f"{first} ({inner}{'%' if '%' in printed else ''})"
    if all(text == NOT_REACHED for text in rest):
        return first if first == NOT_REACHED else f"{first} ({NOT_REACHED})"
    return f"{first} ({DASH.join(rest)})"


def _number(value: Value, decimals: int) -> str:
    return NOT_REACHED if value is None else shown(value, decimals).replace("-", "\u2212")


def _p_value(value: Value, decimals: int) -> str:
    if value is None:
        return NOT_REACHED
    text = shown(value, decimals)
    return f"<0.{'0' * (decimals - 1)}1" if float(text) == 0 else text
