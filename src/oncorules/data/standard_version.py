"""Which version of the SDTM implementation guide an export follows, as far as it tells."""

from __future__ import annotations

import re
from pathlib import Path

from .export import Export
from .model_files import read_yaml
from .peek import column_of, peek

_MOST_BYTES = 1 << 20  # the standard stands at the top of define.xml
_SHOWN = 3
# Attributes of define.xml 2.0, and the element of 2.1; read as text, so that no entity is resolved.
_NAMED = re.compile(r'def:StandardName="([^"<>]{1,40})"[^<>]*def:StandardVersion="([\d.]{1,9})"')
_ELEMENT = re.compile(r"<def:Standard\s[^<>]*>")
_ATTRIBUTE = re.compile(r'(Name|Type|Version)="([^"<>]{1,40})"')


def describe_version(export: Export) -> str:
    """Return the version of the guide in words, with what tells it.

    Args:
        export: the tables under their SDTM names.

    Raises:
        DataError: the table TS cannot be read.
    """
    told = _in_summary(export) or _in_define(export)
    if told is not None:
        return "SDTMIG {}, as {} says".format(*told)
    for version, came in read_yaml("models", "since.yaml").items():
        reasons = [name for name in came["tables"] if name in export.tables]
        reasons += [one for one in came["columns"] if _has(export, *one.split("."))]
        if reasons:
            shown = ", ".join(reasons[:_SHOWN]) + (", ..." if len(reasons) > _SHOWN else "")
            return (
                f"SDTM, version not told by the data; at least SDTMIG {version}, for it has {shown}"
            )
    return "SDTM, version not told by the data"


def _has(export: Export, table: str, column: str) -> bool:
    found = export.tables.get(table)
    return found is not None and column_of(found.parts[0], column) is not None


def _in_summary(export: Export) -> tuple[str, str] | None:
    """Return the version that the trial summary gives, as its parameter SDTIGVER."""
    table = export.tables.get("TS")
    if table is None:
        return None
    for part in table.parts:
        code, value = column_of(part, "TSPARMCD"), column_of(part, "TSVAL")
        if code is None or value is None:
            continue
        for name, version in peek(part, [code, value], 1000):
            if name.upper() == "SDTIGVER" and version:
                return version, f"{part.file} (SDTIGVER)"
    return None


def _in_define(export: Export) -> tuple[str, str] | None:
    """Return the version that a define.xml beside the tables gives."""
    for origin in export.origin:
        file = Path(origin) / "define.xml"
        try:
            with file.open(encoding="utf-8", errors="replace") as opened:
                text = opened.read(_MOST_BYTES)
        except OSError:
            continue
        named = [match.groups() for match in _NAMED.finditer(text)]
        for element in _ELEMENT.findall(text):
            parts = dict(_ATTRIBUTE.findall(element))
            named.append((parts.get("Name", ""), parts.get("Version", "")))
        for name, version in named:
            if name.upper().startswith("SDTM") and version:
                return version, "define.xml"
    return None
