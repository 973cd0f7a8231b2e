"""The content of the shipped packs without their examples, read while a wheel is built.

To read the YAML of a pack takes a third of a second, most of it for the place of each value, which
only messages tell. A wheel may therefore carry `parsed.json`: for each file of a shipped pack, by
the SHA-256 of its bytes, what it holds. A file that was changed since is read again, so the YAML
is always what counts; and a place that somebody asks for is found by reading the file then.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from oncorules.errors import RuleError
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.yaml_places import Document, Mark, YamlPath
from oncorules.rules.loading.yaml_text import read_yaml_text

PARSED = "parsed.json"
PUBLISHED, SYNTHETIC = "published", "synthetic"
NO_RULES = frozenset({PUBLISHED, SYNTHETIC})
"""Folders of a study without rules: what its paper prints (`analysis.published` reads it), and the
cohort solved from it (`generators.latent`)."""
LONGEST_LINE = 500  # characters; a longer line does not open a block text in any honest file
_KEY = re.compile(rb" *examples:\s*(#.*)?")
_BLOCK = re.compile(rb"[ -]*\S.*: *[|>][-+0-9]*\s*(#.*)?")


@dataclass
class KeptDocument(Document):
    """A document whose places are found when the first of them is asked for."""

    is_read: bool = False

    def _mark_of(self, path: YamlPath, at_key: bool) -> Mark | None:
        if not self.is_read:
            read = read_yaml_text(self.text, self.file)
            self.marks, self.key_marks, self.aliases = read.marks, read.key_marks, read.aliases
            self.is_read = True
        return super()._mark_of(path, at_key)


def kept_document(data: bytes, shown: str) -> Document | None:
    """Return the document of a shipped file without its examples; None for any other file."""
    content = _kept().get(_digest(data))
    if content is None:
        return None
    read = json.loads(content, parse_float=Decimal)
    return KeptDocument(shown, without_examples(data).decode(), read)


def parsed_packs(packs: Path) -> str:
    """Return the text of `parsed.json` for the packs below a folder; a wheel build writes it."""
    kept = {}
    for path in sorted(packs.rglob("*.yaml")):
        if NO_RULES & set(path.parts):
            continue
        data = path.read_bytes()
        try:
            document = read_yaml_text(without_examples(data), path.name)
        except RuleError:
            continue  # perhaps only because an anchor stands in an example
        kept[_digest(data)] = _written(document.data)
    return json.dumps(kept, ensure_ascii=False)


@cache
def _kept() -> dict[str, str]:
    file = Path(__file__).with_name(PARSED)
    kept: dict[str, str] = {}
    if file.is_file():
        kept = json.loads(file.read_text(encoding="utf-8"))
    return kept


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _written(value: Any) -> str:
    """Return a value as JSON in which a decimal number keeps its digits."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)}:{_written(inner)}" for key, inner in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return str(scalar_text(value)) if isinstance(value, Decimal) else json.dumps(value)


def without_examples(data: bytes) -> bytes:
    r"""Return a rule file in which the lines of examples are blank; all others keep their places.

    >>> without_examples(b"id: A\nexamples:\n  columns: [x]\ntitle: B\n")
    b'id: A\n\n\ntitle: B\n'
    """
    lines = data.split(b"\n")
    blank_above, block_above = -1, -1  # indentation of the open `examples:` or block text
    for number, line in enumerate(lines):
        stripped = line.strip()
        if not stripped:
            continue
        indent = len(line) - len(line.lstrip(b" "))
        if blank_above >= 0:
            if indent > blank_above or (indent == blank_above and stripped.startswith(b"- ")):
                lines[number] = b""
                continue
            blank_above = -1
        if block_above >= 0:
            if indent > block_above:
                continue
            block_above = -1
        if _KEY.fullmatch(line):
            blank_above, lines[number] = indent, b""
        elif len(line) <= LONGEST_LINE and _BLOCK.fullmatch(line):
            block_above = len(line) - len(line.lstrip(b"- "))
    return b"\n".join(lines)
