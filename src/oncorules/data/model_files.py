"""The shipped YAML files of the data layer, and their parsed form.

Parsing YAML takes about 10 ms a table. A wheel may therefore carry `parsed.json`, the content of
all files keyed by the SHA-256 of their text: a file that was changed since is parsed again, so
the YAML is always what counts. Without `parsed.json` everything works, a little slower.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

PARSED = "parsed.json"


def read_yaml(*path: str) -> dict[str, Any]:
    """Return the content of one shipped file, given by its path inside the data package."""
    text = files(__package__).joinpath(*path).read_text(encoding="utf-8")
    kept = _parsed().get("/".join(path))
    if kept is not None and kept["sha256"] == _digest(text):
        content: dict[str, Any] = kept["content"]
        return content
    return _parse(text)


def yaml_names(*path: str) -> list[str]:
    """Return the names of the YAML files of a folder, without their ending, in order."""
    entries = files(__package__).joinpath(*path).iterdir()
    return sorted(entry.name[:-5] for entry in entries if entry.name.endswith(".yaml"))


def parsed_form() -> str:
    """Return the text of `parsed.json` for the files as they are now; a wheel build writes it."""
    texts = dict(_texts(files(__package__), ""))
    kept = {
        name: {"sha256": _digest(text), "content": _parse(text)} for name, text in texts.items()
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _texts(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found += _texts(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            found.append((f"{prefix}{entry.name}", entry.read_text(encoding="utf-8")))
    return found


@cache
def _parsed() -> dict[str, Any]:
    file = files(__package__).joinpath(PARSED)
    content: dict[str, Any] = {}
    if file.is_file():
        content = json.loads(file.read_text(encoding="utf-8"))
    return content


def _parse(text: str) -> dict[str, Any]:
    """Return the content of a YAML 1.2 text; equal keys are an error."""
    from ruamel.yaml import YAML

    content: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return content


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
