"""Two packs compared: which terms, limits, rules, tables and parameters are not the same.

Nothing is run here. Titles, sources, messages, comments and examples say nothing of the results,
and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from oncorules.rules.catalogue.changed_data import Change, changed_data, data_of, in_words
from oncorules.rules.catalogue.term_changes import TermPair, compare_terms
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Grading, Parameter, Table

_KINDS = {
    "rules": "rule",
    "tables": "table",
    "gradings": "grading",
    "selections": "selection",
    "schedules": "schedule",
    "codes": "code list",
    "publish": "published table",
}
_PASSED = {"id", "title", "source", "version", "message", "examples", "parameters", "terms"}
"""Keys that are not compared, or elsewhere."""

_NO_VALUE = ("step", "title", "source")
"""Keys of a parameter that decide no result."""


@dataclass(frozen=True)
class PackDifference:
    """How a pack differs from another one.

    Attributes:
        terms: terms of gradings that were removed, renamed or added.
        limits: grades that another value has now, and what else a term says otherwise.
        parts: rules, tables and what else is no term and no parameter.
        parameters: parameters and presets.
        pairs: the terms that both packs have, each by its name in the one and in the other.
    """

    terms: tuple[Change, ...]
    limits: tuple[Change, ...]
    parts: tuple[Change, ...]
    parameters: tuple[Change, ...]
    pairs: tuple[TermPair, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of them."""
        return (*self.terms, *self.limits, *self.parts, *self.parameters)

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return bool(self.changes)

    def __str__(self) -> str:
        """Return a line for each change."""
        return "\n".join(map(str, self.changes)) or "no difference"


def compare_packs(before: LoadedPack, after: LoadedPack) -> PackDifference:
    """Return how two packs differ, in the order of the first one's files, then of the second's."""
    found = [
        compare_terms(name, grading, after.gradings[name])
        for name, grading in before.gradings.items()
        if name in after.gradings
    ]
    return PackDifference(
        terms=tuple(one for grading in found for one in grading.terms),
        limits=tuple(one for grading in found for one in grading.limits),
        parts=tuple(_parts(before, after)),
        parameters=(*_parameters(before, after), *_presets(before, after)),
        pairs=tuple(pair for grading in found for pair in grading.pairs),
    )


def _parts(before: LoadedPack, after: LoadedPack) -> Iterator[Change]:
    for section, kind in _KINDS.items():
        old, new = getattr(before, section), getattr(after, section)
        for name in {**old, **new}:
            models = old.get(name), new.get(name)
            data = [None if one is None else data_of(one, _PASSED) for one in models]
            heads = [None if one is None else _headline(one) for one in models]
            yield from _changed(kind, name, data[0], data[1], heads)
    for name in {**before.export_tables, **after.export_tables}:
        tables = before.export_tables.get(name), after.export_tables.get(name)
        yield from _changed("export table", name, *tables)
    for name in {**before.read, **after.read}:
        old, new = (
            [data_of(one, _PASSED) for one in pack.read.get(name, ())] or None
            for pack in (before, after)
        )
        yield from _changed("reading of", name, old, new)


def _changed(
    kind: str,
    name: str,
    before: Any,
    after: Any,
    heads: Sequence[str | None] | None = None,
) -> Iterator[Change]:
    """Go through what differs between two parts of one name, of which one may be None.

    Args:
        kind: what they are.
        name: their name.
        before: the data of the one.
        after: the data of the other.
        heads: what is told of a part that came or went; all of its data when not said.
    """
    if before is None or after is None:
        one, other = heads or (in_words(before), in_words(after))
        yield Change(kind, name, "added" if before is None else "removed", one, other)
        return
    for path, one, other in changed_data(before, after):
        yield Change(kind, name, path, one, other)


def _headline(part: BaseModel) -> str:
    """Return a part in one line: its title, else what it is about."""
    title: str | None = getattr(part, "title", None)
    if title:
        return title
    if isinstance(part, Table):
        return f"one row per {', '.join(part.one_row_per)}"
    if isinstance(part, Grading):
        return f"{len(part.terms)} term" + ("" if len(part.terms) == 1 else "s")
    return str(in_words(data_of(part, _PASSED)))


def _parameters(before: LoadedPack, after: LoadedPack) -> Iterator[Change]:
    """Go through the parameters of the packs, and of the rules and tables that both have."""
    yield from _of_owner("", before.parameters, after.parameters)
    for section in ("rules", "tables", "gradings"):
        old, new = getattr(before, section), getattr(after, section)
        for owner, item in old.items():
            if owner in new:
                yield from _of_owner(f"{owner}.", item.parameters, new[owner].parameters)


def _of_owner(
    prefix: str, before: Mapping[str, Parameter], after: Mapping[str, Parameter]
) -> Iterator[Change]:
    for name in {**before, **after}:
        models = before.get(name), after.get(name)
        data = [None if one is None else data_of(one, _NO_VALUE) for one in models]
        heads = [None if one is None else _value(one) for one in models]
        yield from _changed("parameter", f"{prefix}{name}", data[0], data[1], heads)


def _value(parameter: Parameter) -> str:
    return f"{in_words(parameter.value)} {parameter.unit or ''}".rstrip()


def _presets(before: LoadedPack, after: LoadedPack) -> Iterator[Change]:
    for name in {**before.presets, **after.presets}:
        yield from _changed("preset", name, before.presets.get(name), after.presets.get(name))


__all__ = ["Change", "PackDifference", "TermPair", "compare_packs"]
