"""Two parts of packs compared as data: each path that changed, with both values in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from sqlglot import exp

from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import FormulaError, parse, unparse
from oncorules.rules.loading.model_base import scalar_text

_READ_IN_ORDER = "if_missing"
"""The mapping whose lines are tried in their order."""


@dataclass(frozen=True)
class Change:
    """One thing that differs between two packs.

    Attributes:
        kind: limit or term; rule, table, grading, ...; parameter or preset.
        name: the term as `GRADING.TERM`, the id of the rule, the address of the parameter, ...
        part: a grade; a path inside the rule or table; or added, removed, renamed.
        before: the first pack's words; None when it has none.
        after: the second pack's words; None when it has none.
    """

    kind: str
    name: str
    part: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """Return the change in one line."""
        part = f"grade {self.part}" if self.kind == "limit" else self.part
        old, new = ("nothing" if one is None else one for one in (self.before, self.after))
        return f"{self.kind} {self.name}, {part}: {old} -> {new}"


def data_of(model: BaseModel, without: Collection[str] = ()) -> dict[str, Any]:
    """Return a part of a pack as plain data under the words of the rule file, no empty ones."""
    data: dict[str, Any] = _filled(model.model_dump(by_alias=True, exclude=set(without)))
    return data


def _filled(value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = {name: _filled(one) for name, one in value.items() if one is not None}
        return {name: one for name, one in inner.items() if one not in ({}, [])}
    return [_filled(one) for one in value] if isinstance(value, list | tuple) else value


def changed_data(
    before: Any, after: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, str | None, str | None]]:
    """Go through what differs, as path, old words and new words; None where there is nothing.

    A line of a list is named by its id where each line has one, else by its number.

    >>> list(changed_data({"on": [1], "where": "a<1"}, {"on": [1, 2], "where": "a < 1"}))
    [('on', '[1]', '[1, 2]')]
    """
    in_order = path[-1:] == (_READ_IN_ORDER,)
    parts = None if in_order else _parts(before, after)
    if parts is not None:
        old, new = parts
        for name in {**old, **new}:
            yield from changed_data(old.get(name), new.get(name), (*path, str(name)))
    elif not same_data(before, after) or (in_order and _order(before) != _order(after)):
        yield ".".join(path), in_words(before), in_words(after)


def _order(value: Mapping[str, Any] | None) -> list[str]:
    return list(value or ())


def _parts(before: Any, after: Any) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
    """Return the parts of two values by name; None when they are compared as a whole."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return dict(before), dict(after)
    both = (before, after)
    if not all(isinstance(one, list) and all(isinstance(x, Mapping) for x in one) for one in both):
        return None
    names = [[line.get("id") for line in lines] for lines in both]
    if any(None in ids or len(set(ids)) < len(ids) for ids in names):
        if len(before) != len(after):
            return None
        names = [list(range(1, len(before) + 1))] * 2
    old, new = (dict(zip(ids, lines, strict=True)) for ids, lines in zip(names, both, strict=True))
    in_order = [name for name in old if name in new] == [name for name in new if name in old]
    return (old, new) if in_order else None


def same_data(before: Any, after: Any) -> bool:
    """Return whether two values say the same: 18 and 18.0, a formula folded or not."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        alike = before.keys() == after.keys()
        return alike and all(same_data(one, after[name]) for name, one in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(same_data, before, after))
    if isinstance(before, str) and isinstance(after, str):
        return before == after or formula_key(before) == formula_key(after)
    return isinstance(before, bool) == isinstance(after, bool) and bool(before == after)


def formula_key(text: str) -> str:
    """Return a text that is equal for formulas that differ in blanks or written zeros only.

    >>> formula_key("a<1.50 and b = 'x  y'")
    "a < 1.5 AND b = 'x  y'"
    """
    try:
        tree = parse(text)
    except FormulaError:
        return own_words(text)  # a code, a title, or a formula that the compiler will refuse
    for node in tree.find_all(exp.Literal):
        if not node.is_string:
            node.set("this", format(Decimal(node.name).normalize(), "f"))
    return unparse(tree)


def in_words(value: Any) -> str | None:
    """Return a value on one line, as it would stand in a rule file; None for nothing.

    >>> in_words({"from": "DM", "on": ["USUBJID"]})
    '{from: DM, on: [USUBJID]}'
    """
    if value is None:
        return None
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {_word(one)}' for name, one in value.items())}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_word(one) for one in value)}]"
    return own_words(str(scalar_text(value)))


def _word(value: Any) -> str:
    words = in_words(value)
    return "null" if words is None else words
