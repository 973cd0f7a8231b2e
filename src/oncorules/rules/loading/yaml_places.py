"""A read YAML document: plain data, and where each of its values stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from oncorules.rules.loading.model_base import scalar_text

YamlPath: TypeAlias = "tuple[str | int, ...]"


class Mark(NamedTuple):
    """Where a value stands: line and column from 1, its characters in the text, its style."""

    line: int
    column: int
    start: int
    end: int
    style: str | None


@dataclass
class Document:
    """Plain data with places.

    A path is a tuple of keys and list positions. Names of the typed models work as well
    (`from_`, the `when` and `result` of a `first_true` line, position 0 of a single example);
    a step that the file does not have is passed over, so the nearest value above answers.
    """

    file: str
    text: str = field(repr=False)
    data: Any = None
    marks: dict[YamlPath, Mark] = field(default_factory=dict, repr=False)
    key_marks: dict[YamlPath, Mark] = field(default_factory=dict, repr=False)
    aliases: dict[YamlPath, YamlPath] = field(default_factory=dict, repr=False)

    def place(self, path: tuple[object, ...] = ()) -> str:
        """Return `file:line:column` of a value; of a list or mapping, that of its key."""
        found, at_key = self.find(path)
        mark = self._mark_of(found, at_key)
        return f"{self.file}:{mark.line}:{mark.column}" if mark else self.file

    def place_key(self, path: tuple[object, ...]) -> str:
        """Return `file:line:column` of the key of a value."""
        found, _ = self.find(path)
        mark = self._mark_of(found, True)
        return f"{self.file}:{mark.line}:{mark.column}" if mark else self.file

    def place_in(self, path: tuple[object, ...], offset: int) -> str:
        """Return `file:line:column` of one character of a text.

        Args:
            path: the text.
            offset: the character, from 0, in the text as read.
        """
        found, at_key = self.find(path)
        mark = self._mark_of(found, at_key)
        if mark is None:
            return self.file
        value = found[-1] if at_key and found else self._value(found)
        if isinstance(value, (list, dict)):
            return f"{self.file}:{mark.line}:{mark.column}"
        index = self._index(mark, str(scalar_text(value)), offset)
        line = self.text.count("\n", 0, index) + 1
        column = index - self.text.rfind("\n", 0, index)
        return f"{self.file}:{line}:{column}"

    def mark(self, path: tuple[object, ...]) -> Mark | None:
        """Return the characters of a single value; None where the file has no such value."""
        found, at_key = self.find(path)
        whole = len(found) == len(path) and not at_key
        return self._mark_of(found, False) if whole else None

    def find(self, path: tuple[object, ...]) -> tuple[YamlPath, bool]:
        """Return the path as the file has it, and whether the key itself is meant."""
        node, found, at_key = self.data, list[str | int](), False
        for step in path:
            at_key = False
            if isinstance(node, list):
                if isinstance(step, int) and 0 <= step < len(node):
                    found.append(step)
                elif isinstance(step, str) and step in node:
                    found.append(node.index(step))
                else:
                    continue
            elif isinstance(node, dict):
                key = _key_of(node, step)
                if key is None:
                    continue
                found.append(key)
                at_key = step == "result" and key != "result"
            else:
                break
            node = node[found[-1]]
        return tuple(found), at_key

    def _value(self, path: YamlPath) -> Any:
        node = self.data
        for step in path:
            node = node[step]
        return node

    def _mark_of(self, path: YamlPath, at_key: bool) -> Mark | None:
        path = self._through_alias(path)
        if at_key or isinstance(self._value(path), (list, dict)):
            return self.key_marks.get(path) or self.marks.get(path)
        return self.marks.get(path)

    def _through_alias(self, path: YamlPath) -> YamlPath:
        for length in range(1, len(path)):
            target = self.aliases.get(path[:length])
            if target is not None:
                return self._through_alias((*target, *path[length:]))
        return path

    def _index(self, mark: Mark, value: str, offset: int) -> int:
        """Return where a character of a value stands in the text of the file.

        Folding, indentation and line ends only move blanks, so characters that are not blank
        are counted on both sides.
        """
        wanted = sum(not char.isspace() for char in value[:offset])
        at_blank = offset < len(value) and value[offset].isspace()
        index, end = mark.start, max(mark.end, mark.start + 1)
        if mark.style in ("|", ">"):
            index = self.text.find("\n", index) + 1
        elif mark.style in ("'", '"'):
            index, end = index + 1, end - 1
        last = index
        while index < end:
            char = self.text[index : index + 1]
            width, counts = _written(self.text, index, mark.style) if char else (1, False)
            if counts:
                if wanted == 0:
                    break
                wanted -= 1
                last = index + width
                if wanted == 0 and at_blank:
                    break
            index += width
        return min(index, end - 1) if wanted == 0 and not at_blank and index < end else last


def _key_of(node: dict[str, Any], step: object) -> str | None:
    text = scalar_text(step)
    if not isinstance(text, str):
        return None
    if text in node:
        return text
    if text.endswith("_") and text[:-1] in node:
        return text[:-1]
    if text in ("when", "result") and len(node) <= 2:
        return next((key for key in node if key != "id"), None)
    return None


def _written(text: str, index: int, style: str | None) -> tuple[int, bool]:
    """Return how many characters of the file one character takes, and whether it is not blank."""
    char = text[index]
    if style == "'" and text.startswith("''", index):
        return 2, True
    if style == '"' and char == "\\":
        wide = {"x": 4, "u": 6, "U": 10}.get(text[index + 1 : index + 2], 2)
        return wide, text[index + 1 : index + 2] not in ("n", "t", "r", " ", "\n")
    return 1, not char.isspace()
