"""`extends` and `changes`: a pack as a difference to others, applied before anything is checked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from oncorules.errors import Problem, did_you_mean
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.pack_files import SECTIONS, Entry, join_parts

Entries = dict[tuple[str, str], Entry]
Steps = tuple[str | int, ...]


def add_entries(all_entries: Entries, more: Iterable[Entry]) -> list[Problem]:
    """Put the entries of a pack beside those of the packs it extends; return what collides.

    Where two packs extend a third one, an entry that one of them changes is the changed one.
    """
    problems = []
    for entry in more:
        key = (entry.section, entry.name)
        first = all_entries.setdefault(key, entry)
        if first is entry or _is_same(first, entry):
            all_entries[key] = first if first.changed else entry
            continue
        if join_parts(first, entry):
            continue
        if origin(first) == origin(entry):
            message = (
                f"{entry.what} is changed by {first.changed[-1][1].file} and otherwise by "
                f"{entry.changed[-1][1].file}; packs that are extended together cannot disagree"
            )
        else:
            message = (
                f"{entry.what} is already in {first.pack or 'the pack'} ({first.place()}); "
                'alter it under "changes" or choose another name'
            )
        problems.append(Problem(entry.place(key=True), message))
    return problems


def _is_same(first: Entry, other: Entry) -> bool:
    """Return whether two entries are one, read twice, of which one at most was changed."""
    if origin(first) != origin(other):
        return False
    return first.data == other.data or not (first.changed and other.changed)


def origin(entry: Entry) -> tuple[str, tuple[object, ...]]:
    """Return the file of an entry and where in it: the same for one that is read twice."""
    return entry.document.file, entry.base


def apply_changes(entries: Entries, header: Entry) -> list[Problem]:
    """Apply the `changes` of a pack to its entries; return what does not fit.

    Args:
        entries: everything the pack has, what it extends included; changed in place.
        header: the pack's header.
    """
    problems = []
    for number, change in enumerate(header.data.get("changes") or ()):
        if not isinstance(change, dict) or not {"at", "was", "now"} <= set(change):
            continue  # the model of the header says so
        at = str(scalar_text(change["at"]))
        try:
            entry, path = find_address(at, entries.values())
            path = _into_value(entry, path, change)
            today = _value_at(entry.data, path)
            if not _same(change["was"], today):
                where = f" ({entry.place(path)})" if today is not None else ""
                raise _Refused("was", f'"was" is {_shown(change["was"])}, but today the value of '
                               f'"{at}" is {_shown(today)}{where}')  # fmt: skip
        except _Refused as refused:
            place = header.place(("changes", number, refused.key))
            problems.append(Problem(place, refused.message))
            continue
        if not path and change["now"] is None:
            del entries[(entry.section, entry.name)]
            continue
        entry.data = _replaced(entry.data, path, change["now"])
        entry.changed.append((path, header.document, ("changes", number, "now")))
    return problems


class _Refused(Exception):
    """A change that does not fit; `key` is the part of the change to point at."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key, self.message = key, message


def find_address(at: str, entries: Iterable[Entry]) -> tuple[Entry, Steps]:
    """Return the entry that an address names, and the path inside it.

    Args:
        at: `TABLE.columns.X.value`, `RULE.parameter`, `PACK.TABLE.until` or, where a name is
            used twice, `tables.NAME...`; a line is named by its id.
        entries: all entries.
    """
    known = list(entries)
    rest = at
    for pack in sorted({entry.pack for entry in known if entry.pack}, key=len, reverse=True):
        if at.startswith(f"{pack}."):
            known = [entry for entry in known if entry.pack == pack]
            rest = at[len(pack) + 1 :]
            break
    parts = rest.split(".")
    if parts[0] in SECTIONS and len(parts) > 1:
        known = [entry for entry in known if entry.section == parts[0]]
        parts = parts[1:]
    found = [entry for entry in known if entry.name == parts[0]]
    if not found:
        near = did_you_mean(parts[0], {entry.name for entry in known})
        raise _Refused("at", f'"{at}": there is no "{parts[0]}"{near}')
    if len(found) > 1:
        forms = ", ".join(f"{entry.section}.{rest}" for entry in found)
        raise _Refused("at", f'"{at}" can mean {forms}; write one of these')
    return found[0], _walk(at, found[0].data, parts[1:])


def _walk(at: str, node: Any, parts: list[str]) -> Steps:
    path: list[str | int] = []
    for number, part in enumerate(parts):
        if isinstance(node, dict):
            parameters = node.get("parameters")
            if part not in node and isinstance(parameters, dict) and part in parameters:
                path.append("parameters")
                node = parameters
            if part not in node:
                if number == len(parts) - 1:
                    return (*path, part)  # a key that is not there yet
                raise _Refused("at", f'"{at}": there is no "{part}"{did_you_mean(part, node)}')
            path.append(part)
            node = node[part]
        elif isinstance(node, list):
            named = {_line_name(line): place for place, line in enumerate(node)}
            if part not in named:
                near = did_you_mean(part, [name for name in named if name])
                raise _Refused("at", f'"{at}": there is no line with the id "{part}"{near}')
            path.append(named[part])
            node = node[named[part]]
        else:
            raise _Refused("at", f'"{at}": there is nothing inside "{".".join(parts[:number])}"')
    return tuple(path)


def _line_name(line: Any) -> str:
    return str(line.get("id") or line.get("term") or "") if isinstance(line, dict) else ""


def _into_value(entry: Entry, path: Steps, change: dict[str, Any]) -> Steps:
    """Return the path of a parameter's value where the change gives values, not mappings."""
    parameter = (entry.section == "parameters" and not path) or path[-2:-1] == ("parameters",)
    given = isinstance(change["was"], dict) or isinstance(change["now"], dict)
    return (*path, "value") if parameter and not given else path


def _value_at(node: Any, path: Steps) -> Any:
    for step in path:
        if isinstance(node, dict) and step not in node:
            return None
        node = node[step]
    return node


def _replaced(node: Any, path: Steps, value: Any) -> Any:
    """Return data with another value at a path; null takes a key away. Nothing is shared."""
    if not path:
        return value
    step: Any = path[0]
    rest = path[1:]
    changed: Any = dict(node) if isinstance(node, dict) else list(node)
    old = changed.get(step) if isinstance(changed, dict) else changed[step]
    if rest or value is not None:
        changed[step] = _replaced(old, rest, value)
    elif isinstance(changed, list) or step in changed:
        changed.pop(step)
    return changed


def _same(was: Any, today: Any) -> bool:
    """Return whether two values mean the same: 18 and 18.0, a text folded or not."""
    if isinstance(was, dict) and isinstance(today, dict):
        return was.keys() == today.keys() and all(_same(was[key], today[key]) for key in was)
    if isinstance(was, list) and isinstance(today, list):
        return len(was) == len(today) and all(map(_same, was, today))
    if isinstance(was, bool) or isinstance(today, bool):
        return was is today
    if isinstance(was, (int, Decimal)) and isinstance(today, (int, Decimal)):
        return was == today
    if isinstance(was, str) and isinstance(today, str):
        return was.split() == today.split()
    return bool(was == today)


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(inner) for inner in value) + "]"
    return str(scalar_text(value))
