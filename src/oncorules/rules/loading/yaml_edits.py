"""Single values of rule files changed in place: comments and layout stay, and a patch comes out."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncorules.errors import RuleError
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.yaml_places import Document, Mark, YamlPath
from oncorules.rules.loading.yaml_text import read_scalar, read_yaml_text

_PLAIN = re.compile(r"[A-Za-z][\w./-]*( [\w./-]+)*|[-+]?\d+(\.\d+)?")
_NO_NEWLINE = "\\ No newline at end of file\n"


class CannotEdit(Exception):
    """A value cannot be changed without a person; says why."""


@dataclass(frozen=True)
class Edit:
    """One value to change.

    Attributes:
        document: the file that holds it.
        path: where in it.
        value: what is to stand there.
        after: of a key that the file does not have, the key of the same mapping before it.
    """

    document: Document
    path: YamlPath
    value: Any
    after: str | None = None


def folder_of(edits: Sequence[Edit]) -> Path:
    """Return where a patch of some edits is applied: here, or above files that are elsewhere.

    `git apply` takes no name that leads out of the folder in which it is called.
    """
    here = Path.cwd().resolve()
    files = [Path(edit.document.file).resolve() for edit in edits]
    if all(file.is_relative_to(here) for file in files):
        return here
    return Path(os.path.commonpath([file.parent for file in files]))


def patches(edits: Sequence[Edit]) -> Iterator[str]:
    """Go through the files that edits change, each as a unified diff that `git apply` takes.

    The names in it are relative to `folder_of(edits)`, as `git apply` reads them there.

    Args:
        edits: any number for each file, each of another value.

    Raises:
        CannotEdit: a file is not as it was read, or a value stands in a form that only a person
            can change.
    """
    files: dict[str, list[Edit]] = {}
    for edit in edits:
        files.setdefault(edit.document.file, []).append(edit)
    folder = folder_of(edits)
    for file in sorted(files):
        raw = Path(file).read_bytes().decode()
        new = _edited(raw, files[file])
        if new != raw:
            yield _diff(Path(file).resolve().relative_to(folder).as_posix(), raw, new)


def try_edit(edit: Edit) -> None:
    """Refuse an edit that `patches` could not make.

    Raises:
        CannotEdit: says why.
    """
    _edited(edit.document.text, [edit])


def _edited(raw: str, edits: list[Edit]) -> str:
    document = edits[0].document
    text = raw.removeprefix("\ufeff").replace("\r\n", "\n")
    if text != document.text:
        raise CannotEdit(
            f"{document.file} has changed meanwhile, or has several kinds of line ends"
        )
    parts = sorted((_part(edit) for edit in edits), reverse=True)
    for start, end, new in parts:
        text = text[:start] + new + text[end:]
    _check(text, edits)
    if "\r\n" in raw:
        text = text.replace("\n", "\r\n")
        if raw.count("\n") != raw.count("\r\n"):
            raise CannotEdit(f"{document.file} has several kinds of line ends")
    return raw[: raw.startswith("\ufeff")] + text


def _part(edit: Edit) -> tuple[int, int, str]:
    """Return the characters that an edit replaces, and what it writes there."""
    document = edit.document
    mark = document.mark(edit.path)
    if mark is not None:
        return mark.start, mark.end, _scalar(edit.value, mark, document)
    beside = document.mark((*edit.path[:-1], edit.after)) if edit.after else None
    key = document.key_marks.get((*edit.path[:-1], edit.after)) if edit.after else None
    if beside is None or key is None:
        raise CannotEdit(f"{document.place(edit.path)} has no such value")
    text = document.text
    line = text.rfind("\n", 0, key.start) + 1
    line_of_key = f"{edit.path[-1]}: {written(edit.value)}"
    if text[line : key.start].strip(" -"):
        return beside.end, beside.end, f", {line_of_key}"
    end = text.find("\n", beside.end)
    if end < 0:
        return len(text), len(text), f"\n{' ' * (key.column - 1)}{line_of_key}"
    return end, end, f"\n{' ' * (key.column - 1)}{line_of_key}"


def _scalar(value: Any, mark: Mark, document: Document) -> str:
    if mark.style in ("|", ">"):
        raise CannotEdit(f"{document.file}:{mark.line} is a block text")
    text = str(scalar_text(value))
    if mark.style == "'" or (mark.style == '"' and isinstance(value, str)):
        return f"'{text.replace(chr(39), chr(39) * 2)}'" if mark.style == "'" else _double(text)
    return written(value)


def written(value: Any) -> str:
    """Return a value as YAML reads it back.

    >>> written("at least"), written("true"), written(5)
    ('at least', "'true'", '5')
    """
    text = str(scalar_text(value))
    if not isinstance(value, str):
        return text
    if _PLAIN.fullmatch(text) and read_scalar(text) == text:
        return text
    return f"'{text.replace(chr(39), chr(39) * 2)}'"


def _double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _check(text: str, edits: list[Edit]) -> None:
    """Read the new text: it must differ in the values that were asked for, and in nothing else."""
    document = edits[0].document
    wanted = _unshared(document.data)
    for edit in edits:
        node = wanted
        for step in edit.path[:-1]:
            node = node[step]
        node[edit.path[-1]] = edit.value
    try:
        read = read_yaml_text(text, document.file).data
    except RuleError as error:
        raise CannotEdit(f"{document.file} would no longer be read: {error}") from None
    if read != wanted:
        raise CannotEdit(f"{document.place(edits[0].path)} is shared with other values")


def _unshared(data: Any) -> Any:
    """Return a copy in which what an alias repeats is a part of its own."""
    if isinstance(data, dict):
        return {key: _unshared(inner) for key, inner in data.items()}
    return [_unshared(inner) for inner in data] if isinstance(data, list) else data


def _diff(name: str, old: str, new: str) -> str:
    end = "\t" if " " in name else ""  # else GNU patch reads a name up to its first blank
    before, after = (text.splitlines(keepends=True) for text in (old, new))
    lines = difflib.unified_diff(before, after, f"a/{name}{end}", f"b/{name}{end}")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)
