"""The JSON Schema of rule files (draft 7, which YAML editors understand), from the typed models."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from oncorules.rules.loading.model import Pack, PackHeader, Rule, RuleFile

SCHEMA_FILE = "schema.json"
DRAFT = "http://json-schema.org/draft-07/schema#"

_LINE = "# yaml-language-server: $schema={path}"


def json_schema() -> dict[str, Any]:
    """Return the schema of every file a pack may hold: a pack, sections, or one rule.

    >>> json_schema()["$schema"]
    'http://json-schema.org/draft-07/schema#'
    """
    kinds = (PackHeader, RuleFile, Rule, Pack)
    refs, whole = models_json_schema([(kind, "validation") for kind in kinds])
    definitions = {name: _to_draft_7(part) for name, part in sorted(whole["$defs"].items())}
    named = {kind: _to_draft_7(refs[(kind, "validation")]) for kind, _ in refs}
    return {
        "$schema": DRAFT,
        "title": "oncorules rule file",
        "if": {"required": ["kind"]},
        "then": named[Rule],
        "else": {
            "if": {"required": ["id"]},
            "then": named[Pack],
            "else": named[RuleFile],
        },
        "definitions": definitions,
    }


def schema_text() -> str:
    """Return the schema as the text of `schema.json`: the same bytes for the same models."""
    return json.dumps(json_schema(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def first_line(path: str) -> str:
    """Return the line that binds a rule file to the schema in an editor.

    >>> first_line("../../schema.json")
    '# yaml-language-server: $schema=../../schema.json'
    """
    return _LINE.format(path=path)


def _to_draft_7(part: Any) -> Any:
    """Return a part of a 2020-12 schema in the words of draft 7."""
    if isinstance(part, list):
        return [_to_draft_7(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    done: dict[str, Any] = {}
    for key, value in part.items():
        if key == "$ref":
            done[key] = value.replace("#/$defs/", "#/definitions/")
        elif key == "prefixItems":
            done["items"] = _to_draft_7(value)
        elif key == "dependentRequired":
            done["dependencies"] = value
        elif key not in ("discriminator", "$defs"):
            done[key] = _to_draft_7(value)
    if "prefixItems" in part and "items" in part:
        done["additionalItems"] = _to_draft_7(part["items"])
    if "$ref" in done and len(done) > 1:  # draft 7 ignores what stands beside a reference
        reference = {"$ref": done.pop("$ref")}
        done["allOf"] = [reference]
    return done
