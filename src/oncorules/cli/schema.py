"""`oncorules schema`: the tables that an export of a study may have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output
from oncorules.errors import CallError

if TYPE_CHECKING:
    from oncorules.data.model import Model, TableModel

SomeExports = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[EXPORT]",
        help="Only the tables of this export; all that there may be when none is given.",
        show_default=False,
    ),
]
Pandera = Annotated[
    bool,
    typer.Option("--pandera", help="As Python: a pandera model per table, for polars frames."),
]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE.py",
        help="Write the Python into this file instead of printing it.",
        show_default=False,
    ),
]


def print_tables(
    exports: SomeExports = None,
    pack: flags.Packs = None,
    study: flags.Study = None,
    pandera: Pandera = False,
    out: OutFile = None,
    format: flags.FormatFlag = "table",
    no_color: flags.NoColor = False,
) -> int:
    """List the columns of tables, or write pandera models."""
    if out is not None and not pandera:
        raise CallError("--out has no effect without --pandera; the list of columns is printed")
    if pandera and format != "table":
        raise CallError(f"--format {format} has no effect with --pandera; leave one of them out")

    from oncorules.rules.session import load_packs, model_of

    output = Output(format, no_color=no_color)
    packs = load_packs(pack or [], study)
    model = model_of(packs)
    tables = _tables(model, exports or [], output)
    if not pandera:
        output.answer(Grid(_COLUMNS, [row for table in tables for row in _rows(table)]))
        return 0

    from oncorules.validation.frame_models import models_source

    of = f"the study {packs[0].id}" if study is not None else model.standard
    text = models_source(tables, model, f"Tables of {of}")
    if out is None:
        print(text, end="")
        return 0

    from oncorules.data.whole_file import whole_file

    with whole_file(out) as file:
        file.write(text.encode())
    output.line(f"Written to {out}: {', '.join(table.name for table in tables)}")
    return 0


_COLUMNS = ("table", "column", "type", "core", "key", "codes", "length", "unit", "label")


def _rows(table: TableModel) -> list[tuple[object, ...]]:
    return [
        (
            table.name,
            name,
            column.type,
            column.core,
            "key" if name in table.key else None,
            column.codes if isinstance(column.codes, str) else ", ".join(column.codes or ()),
            column.length,
            column.unit or column.unit_from,
            column.label,
        )
        for name, column in table.columns.items()
    ]


def _tables(model: Model, exports: Sequence[str], output: Output) -> list[TableModel]:
    """Return the tables of the model, or those of them that an export has."""
    if not exports:
        return [model.tables[name] for name in model.tables]

    from oncorules.data.export import read_export

    names = read_export(*exports).tables
    found = [table for name in names if (table := model.table(name)) is not None]
    unknown = [name for name in names if model.table(name) is None]
    if not found:
        raise CallError(
            f"the table model knows no table of {', '.join(exports)}; name the study with --study"
        )
    for name in unknown:
        output.note(f"{name}: not in the table model")
    return found
