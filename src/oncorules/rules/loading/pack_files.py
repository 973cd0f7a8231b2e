"""The files of a pack as entries: each rule, table or parameter with its data and its place."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import oncorules
from oncorules.errors import Problem, RuleError, did_you_mean
from oncorules.rules.loading.kept_yaml import NO_RULES, kept_document, without_examples
from oncorules.rules.loading.model import LANGUAGE, PackHeader, RuleFile
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.yaml_places import Document, YamlPath
from oncorules.rules.loading.yaml_text import in_file_order, read_bytes, read_yaml_text

SECTIONS = tuple(RuleFile.model_fields)
HEADER_KEYS = tuple(PackHeader.model_fields)
PACK_FILE = "pack.yaml"

_SINGULAR = {
    "codes": "code list",
    "publish": "published table",
    **{name: name.removesuffix("s") for name in SECTIONS if name not in ("codes", "publish")},
}


@dataclass
class Entry:
    """One named part of a pack: a rule, a table, a parameter, or the header (no section).

    Attributes:
        section: `rules`, `tables` ...; empty for the header.
        name: the id or key.
        pack: the id of the pack whose file holds it.
        data: plain data.
        document: the file it was read from.
        base: where in that document.
        changed: parts that a change replaced: path inside the entry, document, path there.
    """

    section: str
    name: str
    pack: str
    data: Any
    document: Document
    base: YamlPath
    changed: list[tuple[YamlPath, Document, YamlPath]] = field(default_factory=list)

    @property
    def what(self) -> str:
        """How messages name it: `rule EX-AFTER-DEATH`."""
        return f"{_SINGULAR[self.section]} {self.name}" if self.section else ""

    def source(self, path: tuple[Any, ...]) -> tuple[Document, YamlPath]:
        """Return the document that holds a part of the entry, and where in it."""
        document, whole = self.document, (*self.base, *path)
        for changed, other, there in self.changed:
            if path[: len(changed)] == changed:
                document, whole = other, (*there, *path[len(changed) :])
        return document, whole

    def place(
        self, path: tuple[object, ...] = (), *, key: bool = False, offset: int | None = None
    ) -> str:
        """Return `file:line:column` of a part of the entry.

        Args:
            path: keys and positions inside the entry.
            key: point at the key rather than the value.
            offset: a character of the text found there, from 0; the value itself without.
        """
        document, whole = self.source(path)
        if key:
            return document.place_key(whole)
        return document.place(whole) if offset is None else document.place_in(whole, offset)


@dataclass
class PackFiles:
    """Everything read from one pack, not yet checked against the models."""

    root: Path
    header: Entry | None
    entries: dict[tuple[str, str], Entry]
    digest: str

    @property
    def id(self) -> str:
        """The pack's id, as far as the header has one."""
        data = self.header.data if self.header else {}
        return str(data.get("id", "")) if isinstance(data, dict) else ""


def list_pack_files(root: Path, shown: str, *, trusted: bool = False) -> list[tuple[Path, str]]:
    """Return the YAML files of a pack folder, `pack.yaml` first, each with the name to show.

    Args:
        root: the folder, or the one file of a pack.
        shown: how places name the folder.
        trusted: the pack is part of the installation, where files may be links.

    Raises:
        RuleError: a file leads out of the pack, or ends in `.yml`.
    """
    if root.is_file():
        return [(root, shown)]
    found: list[tuple[Path, str]] = []
    problems: list[Problem] = []
    inside = root.resolve()
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in NO_RULES
        )
        for name in [*folders, *names]:
            path = Path(folder, name)
            label = f"{shown}/{path.relative_to(root).as_posix()}"
            if path.is_symlink() and not trusted and not path.resolve().is_relative_to(inside):
                problems.append(Problem(label, "a link that leads out of the pack; copy the file"))
            elif name in folders or name.startswith("."):
                continue
            elif path.suffix == ".yml":
                problems.append(Problem(label, 'is not read; rename it to end in ".yaml"'))
            elif path.suffix == ".yaml":
                found.append((path, label))
    if problems:
        raise RuleError(sorted(problems))
    return sorted(found, key=lambda item: (item[1] != f"{shown}/{PACK_FILE}", item[1]))


def read_pack_files(
    root: Path,
    files: Iterable[tuple[Path, str]],
    *,
    examples: bool,
    with_header: bool = True,
) -> PackFiles:
    """Return the entries of all files; names that collide are problems.

    Args:
        root: the pack's folder or file; not used without a header.
        files: each file with the name to show.
        examples: read the examples too; without them a pack loads in a third of the time.
        with_header: the first file holds the pack's header.

    Raises:
        RuleError: every problem of every file.
    """
    problems: list[Problem] = []
    documents: list[tuple[Document, bool]] = []
    digest = hashlib.sha256()
    for number, (path, shown) in enumerate(files):
        try:
            data = read_bytes(path, shown)
            label = path.relative_to(root).as_posix() if with_header else path.name
            digest.update(f"{label}\0{len(data)}\0".encode() + data)
            document = _read_document(data, shown, examples)
            documents.append((document, with_header and number == 0))
        except RuleError as error:
            problems.extend(error.problems)
    if documents and documents[0][1]:
        _refuse_newer_language(documents[0][0])  # what else is wrong may be new words
    result = PackFiles(root, None, {}, digest.hexdigest())
    for document, is_header in documents:
        for entry in _read_entries(document, is_header, problems):
            if not entry.section:
                result.header = entry
                continue
            first = result.entries.setdefault((entry.section, entry.name), entry)
            if first is not entry and not join_parts(first, entry):
                problems.append(
                    Problem(entry.place(), f"{entry.what} stands twice; first at {first.place()}")
                )
    if problems:
        raise RuleError(in_file_order(problems))
    for entry in result.entries.values():
        entry.pack = result.id
    return result


def _read_document(data: bytes, shown: str, examples: bool) -> Document:
    if not examples:
        kept = kept_document(data, shown)
        if kept is not None:
            return kept
        try:
            return read_yaml_text(without_examples(data), shown)
        except RuleError:
            pass  # perhaps only because an anchor stands in an example
    return read_yaml_text(data, shown)


def _refuse_newer_language(document: Document) -> None:
    asked = document.data.get("language") if isinstance(document.data, dict) else None
    if isinstance(asked, int) and not isinstance(asked, bool) and asked > LANGUAGE:
        message = (
            f"the pack is written in rule language {asked}, and oncorules "
            f"{oncorules.__version__} reads language {LANGUAGE}; install a newer oncorules"
        )
        raise RuleError([Problem(document.place(("language",)), message)])


def _read_entries(document: Document, is_header: bool, problems: list[Problem]) -> Iterator[Entry]:
    data = document.data
    if data is None and not is_header:
        return
    if not isinstance(data, dict):
        problems.append(Problem(document.place(), "expected a mapping (key: value)"))
        return
    if "kind" in data:
        if is_header:
            problems.append(
                Problem(document.place(), "a single rule, not a pack; name the file with --pack")
            )
        yield _entry("rules", data.get("id"), data, document, ())
        return
    known = SECTIONS + (HEADER_KEYS if is_header else ())
    for key in data:
        if key not in known:
            if key in HEADER_KEYS:
                message = f'the key "{key}" belongs to a pack: to its {PACK_FILE}, or "--pack FILE"'
            else:
                near = did_you_mean(key, known)
                message = f'unknown key "{key}"' + (near or "; expected " + ", ".join(known))
            problems.append(Problem(document.place_key((key,)), message))
    if is_header:
        header = {key: data[key] for key in HEADER_KEYS if key in data}
        yield Entry("", "", "", header, document, ())
    for section in SECTIONS:
        yield from _read_section(section, data.get(section), document, problems)


def _read_section(
    section: str, part: object, document: Document, problems: list[Problem]
) -> Iterator[Entry]:
    if part is None:
        return
    if section == "rules" and isinstance(part, list):
        for number, rule in enumerate(part):
            name = rule.get("id") if isinstance(rule, dict) else None
            yield _entry(section, name, rule, document, (section, number))
    elif section != "rules" and isinstance(part, dict):
        for name, inner in part.items():
            yield _entry(section, name, inner, document, (section, name))
    else:
        shape = "a list of rules (- id: ...)" if section == "rules" else "a mapping (name: ...)"
        problems.append(Problem(document.place((section,)), f'"{section}": expected {shape}'))


def _entry(section: str, name: object, data: Any, document: Document, base: YamlPath) -> Entry:
    text = scalar_text(name) if name is not None else None
    # A rule without an id is reported by its model; until then its place names it.
    label = text if isinstance(text, str) else document.place(base)
    return Entry(section, label, "", data, document, base)


def join_parts(first: Entry, more: Entry) -> bool:
    """Put together a grading or preset that is told in several files; return whether it can be.

    The terms of a grading add up in the order of the files, and each other key stands in one file
    only. So does each key of a preset, unless both have it from a third pack.
    """
    parts = (first.data, more.data)
    if not all(isinstance(data, dict) for data in parts):
        return False
    if first.section == "presets":
        both = [key for key in more.data if key in first.data]
        if any(first.place((key,)) != more.place((key,)) for key in both):
            return False
        first.changed += [((key,), *more.source((key,))) for key in more.data if key not in both]
        first.data = {**first.data, **more.data}
        return True
    if first.section != "gradings":
        return False
    lists = [data.get("terms", []) for data in parts]
    if set(first.data) & set(more.data) - {"terms"} or not all(
        isinstance(terms, list) for terms in lists
    ):
        return False
    for key in more.data:
        if key != "terms":
            first.changed.append(((key,), *more.source((key,))))
    for number in range(len(lists[1])):
        here: YamlPath = ("terms", len(lists[0]) + number)
        first.changed.append((here, *more.source(("terms", number))))
    first.data = {**first.data, **more.data, "terms": [*lists[0], *lists[1]]}
    return True
