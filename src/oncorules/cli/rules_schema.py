"""`oncorules rules schema`: the JSON Schema of rule files, for an editor."""

from __future__ import annotations

from importlib.resources import files


def schema_text() -> str:
    """Return the shipped JSON Schema (draft 7), as generated from the typed model."""
    return files("oncorules.rules").joinpath("schema.json").read_text("utf-8")


def print_schema() -> int:
    """Print the JSON Schema of rule files."""
    print(schema_text().rstrip("\n"))
    return 0
