"""Numbers with more decimals than the engine keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules.data.export import Note
from oncorules.engine import trees
from oncorules.engine.stored import find_stored

if TYPE_CHECKING:
    from oncorules.data.export import Export
    from oncorules.engine.duckdb import Engine
    from oncorules.engine.tables import Tables


def find_rounded(engine: Engine, export: Export, tables: Tables) -> list[Note]:
    """Return a note for each number column of which some values lost decimals beyond the sixth.

    Reads every number column once, so loading does not do it by itself.

    Args:
        engine: The engine that the export was loaded into.
        export: The export.
        tables: What loading it returned.
    """
    notes = []
    for number, table in enumerate(tables.values()):
        named = {c.name.upper(): c.name for c in table.columns.values() if c.type == "number"}
        for place, part in enumerate(export.tables[table.name].parts):
            stored = find_stored(engine, part, number, place)
            names = [c.name for c in part.columns if c.name.upper() in named]
            if not names:
                continue
            counts = [exp.CountIf(this=stored.rounded(name, named[name.upper()])) for name in names]
            found = engine.run(exp.select(*counts).from_(trees.table(stored.name))).fetchone()
            notes += [
                Note(
                    part.file,
                    f"{name}: {count:,} of {stored.rows:,} values have more than 6 decimals and"
                    " were rounded",
                )
                for name, count in zip(names, found or (), strict=True)
                if count
            ]
    return notes
