"""The events of ruamel's YAML parser as plain data with places; used by `yaml_text` alone."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from oncorules.errors import Problem
from oncorules.rules.loading.yaml_places import Document, Mark, YamlPath

DEEPEST = 40  # levels; a rule needs about 8
MOST_ALIASES = 100
MOST_PROBLEMS = 100  # of one file; nobody reads more
MOST_EXPANDED = 10_000  # values that aliases may add

_INTEGER = re.compile(r"[-+]?(0|[1-9]\d{0,37})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9]\d{0,37})?\.\d{1,38}")
_ANCHOR = re.compile(r"&\S+ *")
_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TOKENS = {
    "'<scalar>'": "a text",
    "'<stream end>'": "the end of the file",
    "('<block mapping start>',)": "a key",
    "'<document start>'": "the document start",
    "<block end>": "the block to end",
}
_HINTS = (
    ("mapping values are not allowed", 'a text that holds ": " needs quotes or a block (>)'),
    ("the block to end", "check the indentation; a text that starts with { [ ' or \" and goes "
     "on after it needs quotes around the whole or a block (>)"),
    ("expected ',' or", "a bracket is not closed, or a text in { } or [ ] needs quotes"),
    ("could not find expected ':'", 'a line without "key: value"; check the indentation'),
    ("cannot start any token", "a text that starts with this character needs quotes"),
    ("the document start", "check the indentation of this line"),
    ("found unexpected end of stream", "a quote is not closed"),
)  # fmt: skip


def read_scalar(text: str) -> str | int | Decimal | bool | None:
    """Return the value of an unquoted text.

    >>> [read_scalar(text) for text in ("NO", "1.50", "010", "2014-02", "null")]
    ['NO', Decimal('1.50'), '010', '2014-02', None]
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] in "+-.0123456789":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
    return text


def _code(character: int | str) -> int:
    return character if isinstance(character, int) else ord(character)


def _mark(event: Any) -> Mark:
    start = event.start_mark
    end = event.end_mark.index
    return Mark(start.line + 1, start.column + 1, start.index, end, getattr(event, "style", None))


class _Stop(Exception):
    """A problem after which nothing further can be said about the file."""


class Reader:
    """Turns the events of ruamel's parser into plain data and places."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.anchors: dict[str, tuple[YamlPath, Any, int] | None] = {}
        self.nodes = 0
        self.aliases = 0
        self.expanded = 0
        self.cut = False  # a comma cut a text: what the parser says afterwards misleads

    def run(self) -> None:
        """Read everything; problems are collected."""
        if self._find_tabs():
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                self._read_stream()
        except _Stop:
            pass
        except ReaderError as error:
            self._add_at(error.position, f"the character U+{_code(error.character):04X}; remove it")
        except MarkedYAMLError as error:
            if not self.cut:
                self._add_syntax(error)
        except (YAMLError, Warning) as error:
            self.problems.append(Problem(self.document.file, f"not readable as YAML: {error}"))

    def add(self, event: Any, message: str) -> None:
        """Note a problem at an event."""
        mark = event.start_mark
        place = f"{self.document.file}:{mark.line + 1}:{mark.column + 1}"
        self.problems.append(Problem(place, message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Stop

    def _add_at(self, index: int, message: str) -> None:
        before = self.document.text[:index]
        line, column = before.count("\n") + 1, index - before.rfind("\n")
        self.problems.append(Problem(f"{self.document.file}:{line}:{column}", message))

    def _find_tabs(self) -> bool:
        if "\t" not in self.document.text:
            return False
        for tab in re.finditer("^[^\t\n]*(\t)", self.document.text, re.MULTILINE):
            self._add_at(
                tab.start(1), 'a tab; use blanks (in double quotes a tab is written "\\t")'
            )
        return True

    def _add_syntax(self, error: MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = f"{self.document.file}:{mark.line + 1}:{mark.column + 1}" if mark else ""
        said = (error.problem or "a mistake").replace("\n", " ")
        for word, plain in _TOKENS.items():
            said = said.replace(word, plain)
        hint = next((f"; {hint}" for text, hint in _HINTS if text in said), "")
        self.problems.append(Problem(place or self.document.file, f"not valid YAML: {said}{hint}"))

    def _read_stream(self) -> None:
        yaml = YAML(typ="safe", pure=True)
        events: Iterator[Event] = iter(yaml.parse(self.document.text))
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if event.version is not None or event.tags:
                    self.add(event, "a % directive; remove the line")
                if documents > 1:
                    self.add(event, 'a second document ("---"); one file holds one document')
                    raise _Stop
                self.document.data = self._read_node(next(events), events, (), 0, False)

    def _read_node(
        self, event: Event, events: Iterator[Event], path: YamlPath, depth: int, flow: bool
    ) -> Any:
        if isinstance(event, AliasEvent):
            return self._read_alias(event, path)
        if depth > DEEPEST:
            self.add(event, f"nested deeper than {DEEPEST} levels")
            raise _Stop
        before = self.nodes
        self.nodes += 1
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = None  # open: an alias to it from inside would never end
        if getattr(event, "tag", None) is not None:
            self.add(event, f'a tag ("{event.tag}") is not allowed; write the value alone')  # type: ignore[attr-defined]
        self.document.marks[path] = self._mark_value(event)
        value: Any
        if isinstance(event, ScalarEvent):
            value = event.value if event.style or event.tag else read_scalar(event.value)
        elif isinstance(event, SequenceStartEvent):
            value = self._read_list(event, events, path, depth)
        else:
            value = self._read_mapping(event, events, path, depth)
        if anchor is not None:
            self.anchors[anchor] = (path, value, self.nodes - before)
        return value

    def _mark_value(self, event: Event) -> Mark:
        """Return where a value stands, behind its anchor."""
        mark = _mark(event)
        anchor = _ANCHOR.match(self.document.text, mark.start)
        if anchor is None or not isinstance(event, ScalarEvent):
            return mark
        return mark._replace(column=mark.column + len(anchor[0]), start=anchor.end())

    def _read_alias(self, event: AliasEvent, path: YamlPath) -> Any:
        if event.anchor not in self.anchors:
            self.add(event, f'"*{event.anchor}" points to no anchor above it; quote the text')
            raise _Stop
        anchored = self.anchors[event.anchor]
        if anchored is None:
            self.add(event, f'"*{event.anchor}" stands inside its own anchor')
            raise _Stop
        target, value, size = anchored
        self.aliases += 1
        self.expanded += size
        self.nodes += size
        if self.aliases > MOST_ALIASES or self.expanded > MOST_EXPANDED:
            self.add(
                event,
                f"anchors multiply: at most {MOST_ALIASES} aliases and {MOST_EXPANDED} repeated "
                "values in a file; write the values out",
            )
            raise _Stop
        self.document.aliases[path] = target
        self.document.marks[path] = _mark(event)
        return value

    def _read_list(
        self, start: SequenceStartEvent, events: Iterator[Event], path: YamlPath, depth: int
    ) -> list[Any]:
        flow, values, cut = bool(start.flow_style), list[Any](), False
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            cut = cut or (flow and self._is_cut(event))
            values.append(self._read_node(event, events, (*path, len(values)), depth + 1, flow))
        return values

    def _read_mapping(
        self, start: Event, events: Iterator[Event], path: YamlPath, depth: int
    ) -> dict[str, Any]:
        assert isinstance(start, MappingStartEvent)
        flow, values, cut = bool(start.flow_style), dict[str, Any](), False
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._read_key(event, events, depth)
            inner = (*path, key)
            following = next(events)
            repeated = self.document.key_marks.get(inner)
            if repeated is None:
                self.document.key_marks[inner] = _mark(event)
            elif not cut:
                self.add(event, f'the key "{key}" stands twice; first in line {repeated.line}')
            if flow and not cut and isinstance(following, ScalarEvent):
                cut = self._is_cut(following) or self._is_empty(event, following)
            values[key] = self._read_node(following, events, inner, depth + 1, flow)
        return values

    def _read_key(self, event: Event, events: Iterator[Event], depth: int) -> str:
        if isinstance(event, ScalarEvent):
            if event.value == "" and not event.style:
                self.add(event, "a key is missing before the colon")
            if event.tag is not None or event.anchor:
                self.add(event, "a key cannot have a tag or an anchor")
            return str(event.value)
        self.add(event, "a key is one word, not a list, a mapping or an alias")
        raise _Stop

    def _is_cut(self, event: Event) -> bool:
        """Note a plain value in { } or [ ] that was cut at a comma inside its parentheses."""
        if not isinstance(event, ScalarEvent) or event.style is not None:
            return False
        if event.value.count("(") == event.value.count(")"):
            return False
        self.add(event, f'"{event.value}" is cut off at a comma; {_BLOCK_STYLE}')
        self.cut = True
        return True

    def _is_empty(self, key: Event, value: ScalarEvent) -> bool:
        """Note a key in { } without a value, which is what stands behind a comma of a text."""
        if value.value or value.style is not None:
            return False
        self.add(key, f'"{getattr(key, "value", "")}" has no value; {_BLOCK_STYLE}')
        self.cut = True
        return True


_BLOCK_STYLE = (
    "inside { } and [ ] a comma ends a value: formulas stand in block style, one key per line, "
    "and a text with a comma needs quotes"
)
