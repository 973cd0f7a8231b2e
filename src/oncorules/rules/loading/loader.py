"""Rule packs from disk: shipped ones by id, others by path, single rule files beside them.

```text
load_pack("sdtm")                 a shipped pack or study
load_pack("my-trial/")            a folder with pack.yaml, or a pack in one file
load_rule_files(["extra.yaml"])   rules without a pack (--pack takes such files too)
```
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from oncorules.errors import CallError, Problem, RuleError, did_you_mean
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance, has_domain, write_out_domain
from oncorules.rules.loading.model import LANGUAGE, PackHeader, Rule, RuleFile
from oncorules.rules.loading.model_problems import find_problems
from oncorules.rules.loading.pack_changes import Entries, add_entries, apply_changes, origin
from oncorules.rules.loading.pack_files import (
    PACK_FILE,
    SECTIONS,
    Entry,
    list_pack_files,
    read_pack_files,
)
from oncorules.rules.loading.parameters import check_presets
from oncorules.rules.loading.yaml_text import in_file_order

_TOP_KEY = re.compile(r"^([a-z_]+)[ \t]*:", re.MULTILINE)
DERIVED = {"tables": "table", "gradings": "grading", "selections": "selection"}
"""The sections whose entries are derived tables, so that no name can stand in two of them."""

RULE_FILES_ID = "rules"
"""The id that rules of files without a pack have in addresses (`rules:RULE.parameter`)."""


def shipped_packs() -> dict[str, Path]:
    """Return the folder of every pack and study that comes with oncorules, by id."""
    found = {}
    for group in ("packs", "studies"):
        root = Path(str(files("oncorules.rules"))) / group
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            if (folder / PACK_FILE).is_file():
                found[folder.name] = folder
    return found


def load_pack(name_or_path: str | Path, *, examples: bool = True) -> LoadedPack:
    """Return a pack, read and checked against the models of the rule language.

    Args:
        name_or_path: the id of a shipped pack (`sdtm`), or the folder or file of another; a
            folder that is called like a shipped pack is given as `./sdtm`. A file of rules
            without a pack around them gives a pack with the id `rules`.
        examples: read the examples too; a run that does not test rules leaves them out.

    Raises:
        CallError: there is no such pack.
        RuleError: every problem of the pack's files, each as `file:line:column: sentence`.
    """
    if is_rule_file(name_or_path):
        return load_rule_files([name_or_path], examples=examples)
    root, shown, trusted = _find_pack(str(name_or_path))
    loaded = _Loading(examples)
    entries = loaded.read(root, shown, trusted, ())
    header, model = loaded.headers[-1]
    digest = hashlib.sha256("".join(sorted(loaded.digests)).encode()).hexdigest()[:16]
    parts, instances = check_entries(entries)
    pack = LoadedPack(
        id=model.id,
        title=model.title,
        version=model.version,
        language=model.language,
        path=root,
        content_hash=digest,
        source=model.source,
        extends=tuple(other.id for _, other in loaded.headers[:-1]),
        versions={other.id: other.version for _, other in loaded.headers},
        export_tables=_merge_export_tables(models for _, models in loaded.headers),
        read={name: ways for _, one in loaded.headers for name, ways in one.read.items()},
        rule_instances=instances,
        header=header,
        entries=entries,
        **parts,
    )
    problems = check_presets(pack)
    if problems:
        raise RuleError(in_file_order(problems))
    return pack


def is_rule_file(name_or_path: str | Path) -> bool:
    """Return whether this is a file of rules without a pack: sections, or one single rule."""
    path = Path(name_or_path)
    if str(name_or_path) in shipped_packs() or not path.is_file():
        return False
    try:
        keys = set(_TOP_KEY.findall(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError):
        return False  # reading it as a pack says what is wrong
    return "language" not in keys and ("kind" in keys or "id" not in keys)


def load_rule_files(paths: Sequence[str | Path], *, examples: bool = True) -> LoadedPack:
    """Return the rules of single files without a pack as one pack with the id `rules`.

    Args:
        paths: files of rules, tables, parameters ... without a pack header.
        examples: read the examples too.

    Raises:
        CallError: a file does not exist.
        RuleError: every problem of the files.
    """
    found = []
    for path in map(Path, paths):
        if not path.is_file():
            raise CallError(f'there is no rule file "{path}"; give the path of a YAML file')
        found.append((path, str(path)))
    read = read_pack_files(Path(), found, examples=examples, with_header=False)
    for entry in read.entries.values():
        entry.pack = RULE_FILES_ID
    parts, instances = check_entries(read.entries)
    return LoadedPack(
        id=RULE_FILES_ID,
        title="Rules given by file",
        version="0",
        language=LANGUAGE,
        path=found[0][0] if found else Path(),
        content_hash=read.digest[:16],
        rule_instances=instances,
        entries=read.entries,
        **parts,
    )


def check_entries(entries: Entries) -> tuple[dict[str, Any], tuple[RuleInstance, ...]]:
    """Return the typed parts by section, and each rule on each of its tables.

    Raises:
        RuleError: every problem of every entry.
    """
    problems: list[Problem] = []
    parts: dict[str, Any] = {section: {} for section in SECTIONS}
    instances: list[RuleInstance] = []
    derived: dict[str, Entry] = {}
    for entry in entries.values():
        if entry.section != "rules" and not _is_name(entry, problems):
            continue
        model = _checked(_kind_of(entry.section), entry, problems)
        if model is None:
            continue
        parts[entry.section][entry.name] = model
        if entry.section in DERIVED:
            other = derived.setdefault(entry.name, entry)
            if other is not entry:
                message = f'"{entry.name}" is the name of a {DERIVED[other.section]} as well'
                problems.append(Problem(entry.place(key=True), message))
        if isinstance(model, Rule):
            instances.extend(_instances(model, entry, problems))
    if problems:
        raise RuleError(in_file_order(problems))
    return parts, tuple(instances)


class _Loading:
    """One load: the packs that are open, to notice a circle, and what has been read."""

    def __init__(self, examples: bool) -> None:
        self.examples = examples
        self.headers: list[tuple[Entry, PackHeader]] = []  # those extended come first
        self.digests: list[str] = []
        self.taken_away: set[object] = set()  # the origins of entries that changes removed

    def read(self, root: Path, shown: str, trusted: bool, open_packs: tuple[str, ...]) -> Entries:
        """Return the entries of a pack, those of the packs it extends included."""
        if root.is_dir() and not (root / PACK_FILE).is_file():
            raise RuleError([Problem(shown, f"a pack folder needs a {PACK_FILE}; there is none")])
        listed = list_pack_files(root, shown, trusted=trusted)
        pack = read_pack_files(root, listed, examples=self.examples)
        header = pack.header
        if header is None:
            raise RuleError([Problem(shown, f"{PACK_FILE} is empty; it needs at least an id")])
        problems: list[Problem] = []
        model: PackHeader | None = _checked(PackHeader, header, problems)
        if model is None:
            raise RuleError(problems)
        entries: Entries = {}
        for number, parent in enumerate(model.extends):
            if parent in (*open_packs, model.id):
                circle = " > ".join((*open_packs, model.id, parent))
                at = header.place(("extends", number))
                raise RuleError([Problem(at, f"packs extend one another in a circle: {circle}")])
            where = _find_parent(parent, root, header, number)
            inherited = self.read(*where, (*open_packs, model.id))
            problems += add_entries(entries, inherited.values())
        for key, entry in list(entries.items()):
            if origin(entry) in self.taken_away:  # by another pack that extends the same one
                del entries[key]
        problems += add_entries(entries, pack.entries.values())
        whole = list(entries.values())
        problems += apply_changes(entries, header)
        kept = {origin(entry) for entry in entries.values()}
        self.taken_away |= {origin(entry) for entry in whole} - kept
        if problems:
            raise RuleError(problems)
        if pack.digest not in self.digests:
            self.digests.append(pack.digest)
            self.headers.append((header, model))
        return entries


def _find_pack(name: str) -> tuple[Path, str, bool]:
    shipped = shipped_packs()
    if name in shipped:
        return shipped[name], name, True
    path = Path(name)
    if path.is_dir() or path.is_file():
        return path, name.rstrip("/"), False
    near = did_you_mean(name, shipped)
    known = ", ".join(shipped) or "none"
    raise CallError(
        f'there is no pack "{name}"{near or ";"} shipped packs: {known}; '
        "or give the path of a folder or file"
    )


def _find_parent(parent: str, root: Path, header: Entry, number: int) -> tuple[Path, str, bool]:
    """Return where a pack that is extended lies: shipped, or beside the pack that extends it."""
    shipped = shipped_packs()
    if parent in shipped:
        return shipped[parent], parent, True
    folder = root.resolve().parent
    for beside in (folder / parent, folder / f"{parent}.yaml"):
        if beside.is_file() or (beside / PACK_FILE).is_file():
            return beside, str(beside) if root.is_absolute() else os.path.relpath(beside), False
    near = did_you_mean(parent, shipped)
    message = f'there is no pack "{parent}" to extend, shipped or in the same folder{near}'
    raise RuleError([Problem(header.place(("extends", number)), message)])


def _kind_of(section: str) -> Any:
    if section == "rules":
        return Rule
    annotation = RuleFile.model_fields[section].annotation
    return annotation.__args__[1]  # type: ignore[union-attr]


def _checked(kind: Any, entry: Entry, problems: list[Problem]) -> Any:
    def place(path: tuple[object, ...], key: bool) -> str:
        return entry.place(path, key=key)

    model, found = find_problems(kind, entry.data, place, what=entry.what)
    problems.extend(found)
    return model


def _is_name(entry: Entry, problems: list[Problem]) -> bool:
    plain = entry.name.replace("_", "a")
    if plain.isascii() and plain.isalnum() and not plain[0].isdigit():
        return True
    message = f'"{entry.name}" is not a name; expected letters, digits and underscores'
    problems.append(Problem(entry.place(key=True), message))
    return False


def _instances(rule: Rule, entry: Entry, problems: list[Problem]) -> Iterable[RuleInstance]:
    tables = rule.applies_to.table
    written = has_domain(entry.data)
    for table in tables:
        one = rule
        if written:
            data = write_out_domain(entry.data, table)
            data = {**data, "id": rule.id, "applies_to": {**data["applies_to"], "table": table}}
            one, found = find_problems(Rule, data, lambda path, key: entry.place(path, key=key))
            problems.extend(found)
        elif len(tables) > 1:
            applies = rule.applies_to.model_copy(update={"table": (table,)})
            one = rule.model_copy(update={"applies_to": applies})
        if one is not None:
            yield RuleInstance(rule.id, table, one, entry.pack, entry)


def _merge_export_tables(headers: Iterable[PackHeader]) -> dict[str, dict[str, Any]]:
    merged: dict[str, dict[str, Any]] = {}
    for header in headers:
        merged.update(header.export_tables)
    return merged
