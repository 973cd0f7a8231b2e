"""Where in the rule files a reviewer's value belongs, as an edit or as the reason for none."""

from __future__ import annotations

from typing import Any

from oncorules.rules.catalogue.chapters import Chapter, Contents
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.loader import shipped_packs
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.pack_files import Entry
from oncorules.rules.loading.parameters import ParameterValue, find_parameter
from oncorules.rules.loading.yaml_edits import CannotEdit, Edit, try_edit, written


def change_severity(one: Chapter, severity: str) -> Edit | str:
    """Return the edit that gives a rule another severity, or why it is left to a person."""
    entry = one.subject.pack.entries[one.subject.section, one.id]
    own = _own_change(f"{one.id}.severity", one.severity, severity)
    return _edit(entry, ("severity",), severity, own, after="kind")


def change_parameter(one: ParameterValue, value: Any, contents: Contents) -> Edit | str:
    """Return the edit that gives a parameter another value, or why it is left to a person.

    It is made where the value that holds comes from: at the declaration, or in a preset.
    """
    pack = next(pack for pack in contents.packs if pack.id == one.pack)
    setting = f"{one.address}={scalar_text(value)}"
    if one.origin == "--set":
        return f'it was given by --set; give it as --set "{setting}"'
    address = f"{one.owner}.{one.name}" if one.owner else one.name
    own = f'give --set "{setting}", or {_own_change(address, one.value, value)}'
    if one.origin.startswith("default "):
        entry, path = _declaration(one, pack)
        return _edit(entry, path, value, own)
    name = one.origin.rpartition(" ")[2].rpartition(":")[2]
    entry = pack.entries["presets", name]
    for key in entry.data:
        if find_parameter(f"{pack.id}:{key}", contents.parameters.values) == one.key:
            return _edit(entry, (key,), value, own)
    return f"it comes from {one.origin}; change it there"


def _declaration(one: ParameterValue, pack: LoadedPack) -> tuple[Entry, tuple[Any, ...]]:
    if not one.owner:
        return pack.entries["parameters", one.name], ("value",)
    section = next(
        name for name in ("rules", "tables", "gradings") if (name, one.owner) in pack.entries
    )
    return pack.entries[section, one.owner], ("parameters", one.name, "value")


def _own_change(address: str, before: Any, value: Any) -> str:
    """Return how a pack that extends another one says that it differs."""
    change = f"{{at: {address}, was: {written(before)}, now: {written(value)}}}"
    return f"write under the changes of a pack that extends it: - {change}"


def _edit(
    entry: Entry, path: tuple[Any, ...], value: Any, own: str, after: str | None = None
) -> Edit | str:
    document, whole = entry.source(path)
    if document.file.partition("/")[0] in shipped_packs():
        return f"{document.file} is a part of oncorules; {own}"
    edit = Edit(document, whole, value, after)
    try:
        try_edit(edit)
    except CannotEdit as error:
        return f"change it by hand: {error}"
    return edit
