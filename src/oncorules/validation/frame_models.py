"""The structure contract of tables as Python source: one pandera model per table.

```text
class LB(FrameModel):
    LBSEQ: Integer = Field(title="Sequence Number")
    LBDY: Integer | None = Field(nullable=True, title="Study Day of Specimen Collection")

    @check("LBSEQ", "LBDY", error="is a whole number")
    def reads_integer(cls, data):
        return Integer.reads(data)
```

A name that Python or pandera would take for something else gets another one, and an alias. Labels
and codes may come from strangers: they become text literals, never code.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Sequence

from oncorules.data.model import Column, Model, TableModel
from oncorules.errors import CallError
from oncorules.validation.frame_types import FrameModel
from oncorules.validation.structure_schema import IN_CODE_LIST, READINGS

WIDTH = 100
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TYPES = sorted(reading.__name__ for reading, _ in READINGS.values())
_USED = {*_TYPES, "Field", "FrameModel", "check", "Config"}

#: The name of a check, its columns, what it says, and the arguments of its call.
_Check = tuple[str, Sequence[str], str, tuple[str, Sequence[str]]]


def models_source(tables: Sequence[TableModel], model: Model, title: str) -> str:
    """Return the text of a Python module with a pandera model for each table.

    Args:
        tables: the tables, in the order of the module.
        model: holds the code lists that the columns name.
        title: what the tables are, for the first line, such as `Tables of SDTMIG 3.3`.

    Raises:
        CallError: `column ^A$ of VISIT cannot be named to polars, which takes ^...$ and * for
            several columns; give it another name`.
    """
    taken = set(_USED)
    classes = [_class(table, model, _safe(table.name, taken)) for table in tables]
    text = "\n\n\n".join(classes)
    types = [name for name in _TYPES if re.search(rf"\b{name}\b", text)]
    names = "Field, check" if "@check(" in text else "Field"
    return (
        f"{_docstring(f'{title} as pandera models for polars frames.')}\n\n"
        "# Written by oncorules schema --pandera; write it again rather than edit it.\n\n"
        f"from pandera.polars import {names}\n\n"
        f"from oncorules.validation.frame_types import {', '.join(sorted(['FrameModel', *types]))}"
        f"\n\n\n{text}\n"
    )


def _class(table: TableModel, model: Model, name: str) -> str:
    source = f" ({table.source})" if table.source else ""
    about = f"{table.label or table.name}{source}; key {', '.join(table.key)}."
    lines = [f"class {name}(FrameModel):", f"    {_docstring(about)}", ""]
    if name != table.name:
        lines += ["    class Config:", f"        name = {_literal(table.name)}", ""]
    checks = list(_checks(table, model))
    taken = _USED | set(dir(FrameModel)) | {label for label, *_ in checks}
    for column, declared in table.columns.items():
        if column == "*" or (column.startswith("^") and column.endswith("$")):
            raise CallError(
                f"column {column} of {table.name} cannot be named to polars, which takes ^...$ and"
                " * for several columns; give it another name"
            )
        lines += _field(_safe(column, taken), column, declared, model)
    for label, columns, error, (call, arguments) in checks:
        named = [*map(_literal, columns), f"error={_literal(error)}"]
        lines += ["", *_laid_out("    @check(", named)]
        lines += [f"    def {label}(cls, data):", *_laid_out(f"        return {call}(", arguments)]
    return "\n".join(lines)


def _field(name: str, column: str, declared: Column, model: Model) -> list[str]:
    required = declared.core == "required"
    arguments = [] if name == column else [f"alias={_literal(column)}"]
    if not required:
        arguments.append("nullable=True")
    if declared.label:
        arguments.append(f"title={_literal(declared.label)}")
    description = " ".join(_description(declared, model))
    if description:
        arguments.append(f"description={_literal(description)}")
    if declared.type == "text":
        codes = _closed_codes(declared, model)
        if codes:
            arguments.append(f"isin={_listed(codes, '        ')}")
        if declared.length is not None:
            arguments.append(f'str_length={{"max_value": {declared.length}}}')
    kind = READINGS[declared.type][0].__name__
    annotation = kind if required else f"{kind} | None"
    return _laid_out(f"    {name}: {annotation} = Field(", arguments)


def _description(declared: Column, model: Model) -> Iterator[str]:
    if declared.unit:
        yield f"In {declared.unit}."
    if declared.unit_from:
        yield f"In the unit of {declared.unit_from}."
    if declared.references:
        yield f"A value of {declared.references}."
    listed = model.code_list(declared)
    if listed is not None and isinstance(declared.codes, str):
        kind = "extensible, not checked" if listed.extensible else "closed"
        source = f"; {listed.source}" if listed.source else ""
        yield f"Code list {declared.codes} ({kind}{source})."


def _checks(table: TableModel, model: Model) -> Iterator[_Check]:
    """Go through the checks that no argument of Field makes."""
    for kind, (reading, error) in READINGS.items():
        columns = [name for name, declared in table.columns.items() if declared.type == kind]
        if error and columns:
            name = reading.__name__
            yield f"reads_{name.lower()}", columns, error, (f"{name}.reads", ["data"])
    for number, (column, declared) in enumerate(table.columns.items(), start=1):
        codes = _closed_codes(declared, model)
        if codes and declared.type != "text":
            values = _listed(codes, "            ")
            call = (f"{READINGS[declared.type][0].__name__}.among", ["data", values])
            yield f"codes_of_column_{number}", [column], IN_CODE_LIST, call


def _closed_codes(declared: Column, model: Model) -> Sequence[str]:
    listed = model.code_list(declared)
    return () if listed is None or listed.extensible else listed.values


def _safe(name: str, taken: set[str]) -> str:
    """Return a name for Python, and take it: the name itself where it can be."""
    safe = name
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in taken:
        cleaned = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
        base = f"{cleaned}_" if cleaned[:1].isalpha() else f"column_{cleaned}"
        safe, number = base, 2
        while safe in taken:
            safe, number = f"{base}{number}", number + 1
    taken.add(safe)
    return safe


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _docstring(text: str) -> str:
    return f'""{_literal(" ".join(text.split()))}""'


def _listed(texts: Sequence[str], depth: str) -> str:
    """Return a list of texts as an argument, on lines of its own where it is long."""
    literals = [_literal(text) for text in texts]
    whole = f"[{', '.join(literals)}]"
    if len(whole) <= WIDTH - len(depth) - len("isin=,"):
        return whole
    return "\n".join(["[", *(f"{depth}    {literal}," for literal in literals), f"{depth}]"])


def _laid_out(start: str, arguments: Sequence[str]) -> list[str]:
    """Return the lines of a call that is opened by `start`: one, or one per argument."""
    whole = f"{start}{', '.join(arguments)})"
    if len(whole) <= WIDTH and "\n" not in whole:
        return [whole]
    depth = " " * (len(start) - len(start.lstrip()))
    return [start, *(f"{depth}    {argument}," for argument in arguments), f"{depth})"]
