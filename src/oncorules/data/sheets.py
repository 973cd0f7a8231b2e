"""Workbooks (XLSX, XLSM, XLS, ODS): one table per sheet, every value as text."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from .arrow import read_once
from .cells import cell_text
from .columns import check_names
from .looks import check_type
from .sources import ArrowRows, Note, Part, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_BYTES = 8 << 30
# What Excel calls a sheet that nobody has named, in a few languages.
_UNNAMED = ("sheet", "tabelle", "feuil", "hoja", "blad", "foglio", "planilha", "arkusz", "ark")
_TYPES = {
    ".ods": ("OpenDocument spreadsheet (ODS)",),
    ".xls": ("old Excel workbook (XLS)", "Excel workbook (XLSX)"),
}


def read_tables(path: Path, shown: str) -> Reading:
    """Return a table for each visible sheet of a workbook that holds anything.

    The header is the first row that is not empty. Rows that are entirely empty are left out and
    not counted: data row 1 is the first row with a value below the header. Numbers are their
    shortest exact text (`38`, `0.1`), dates and times ISO text, true and false those words; cells
    with an Excel error are missing. A workbook with one sheet that nobody has named (`Sheet1`)
    gives one table named after the file.

    Args:
        path: the workbook.
        shown: the workbook as the user knows it.

    Raises:
        DataError: no workbook, damaged, protected by a password, or without any table.
    """
    import python_calamine as calamine

    check_type(path, shown, *_TYPES.get(path.suffix.lower(), ("Excel workbook (XLSX)",)))
    notes = _look_inside(path, shown)
    tables: list[tuple[str, Part]] = []
    skipped: list[str] = []
    for sheet in _open(path, shown).sheets_metadata:
        if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
            skipped.append(f"{sheet.name} (no cells)")
        elif sheet.visible != calamine.SheetVisibleEnum.Visible:
            skipped.append(f"{sheet.name} (hidden)")
        elif not (grid := _read_grid(path, shown, sheet.name)):
            skipped.append(f"{sheet.name} (empty)")
        else:
            tables.append(_part(path, shown, sheet.name, grid, notes))
    if not tables:
        raise DataError(f"{shown} has no visible sheet with values; expected a table per sheet")
    if skipped:
        notes.append(Note(shown, f"sheets not read: {', '.join(skipped)}"))
    first = tables[0][0].lower()
    if len(tables) == 1 and first.rstrip("0123456789 ") in _UNNAMED:
        tables = [(path.stem.upper(), tables[0][1])]
    return Reading(tuple(tables), tuple(notes))


def read_grids(
    path: Path, shown: str, wanted: Sequence[str]
) -> tuple[dict[str, list[list[Any]]], list[str]]:
    """Return the cells of some sheets as they are, row by row from the first, and all names.

    Args:
        path: the workbook.
        shown: the workbook as the user knows it.
        wanted: the names of the sheets; one that is not there is left out.

    Raises:
        DataError: no workbook, missing, damaged or protected by a password.
    """
    if not path.is_file():
        raise DataError(f"there is no workbook {shown}")
    check_type(path, shown, "Excel workbook (XLSX)")
    _look_inside(path, shown)
    book = _open(path, shown)
    grids = {name: _raw_rows(book, shown, name) for name in wanted if name in book.sheet_names}
    return grids, list(book.sheet_names)


def _raw_rows(book: Any, shown: str, sheet: str) -> list[list[Any]]:
    rows: list[list[Any]] = _call(
        lambda: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False), shown
    )
    return rows


def _part(
    path: Path, shown: str, sheet: str, grid: list[list[str]], notes: list[Note]
) -> tuple[str, Part]:
    place = f"{shown}[{sheet}]"
    header, *rows = grid
    # A column with neither name nor values is a gap in the layout, not a column.
    kept = [i for i in range(len(header)) if header[i].strip() or any(row[i] for row in rows)]
    names, found = check_names([header[i] for i in kept], place)
    notes += found
    if not rows:
        notes.append(Note(place, "a header and no rows"))
    columns = tuple(RawColumn(name, "text") for name in names)

    def again() -> pa.Table:
        return _table(_read_grid(path, shown, sheet)[1:], kept, names)

    source = ArrowRows(read_once(_table(rows, kept, names), again))
    return sheet.strip().upper(), Part(place, columns, source, len(rows))


def _table(rows: list[list[str]], kept: list[int], names: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    arrays = [pa.array([row[i] or None for row in rows], pa.large_string()) for i in kept]
    return pa.table(arrays, names=list(names))


def _read_grid(path: Path, shown: str, sheet: str) -> list[list[str]]:
    """Return the rows of a sheet that hold anything, as text."""
    cells = _raw_rows(_open(path, shown), shown, sheet)
    rows = ([cell_text(cell) for cell in row] for row in cells)
    return [row for row in rows if any(cell.strip() for cell in row)]


def _open(path: Path, shown: str) -> Any:
    import python_calamine as calamine

    return _call(lambda: calamine.CalamineWorkbook.from_path(str(path)), shown)


def _call(action: Callable[[], Any], shown: str) -> Any:
    import python_calamine as calamine

    try:
        return action()
    except calamine.PasswordError:
        raise DataError(
            f"{shown} is protected by a password; save it without one and read it again"
        ) from None
    except calamine.CalamineError as error:
        raise DataError(
            f"{shown} is a workbook that is damaged or cut off ({error});"
            " open and save it anew, or export the sheets as CSV"
        ) from None


def _look_inside(path: Path, shown: str) -> list[Note]:
    """Refuse a workbook that unpacks to an absurd size; note cells with an Excel error.

    The reader gives such cells as empty, so they are counted in the packed XML.
    """
    if not zipfile.is_zipfile(path):
        return []
    errors = 0
    with zipfile.ZipFile(path) as archive:
        size = sum(info.file_size for info in archive.infolist())
        if size > _MOST_BYTES or (size > 100 << 20 and size > 500 * path.stat().st_size):
            raise DataError(
                f"{shown} would unpack to {size:,} bytes, which no real workbook does;"
                " ask for the export again"
            )
        for info in archive.infolist():
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                with archive.open(info) as sheet:
                    left = b""
                    while chunk := sheet.read(1 << 20):
                        errors += (left + chunk).count(b' t="e"')
                        left = chunk[-5:]
    if not errors:
        return []
    cells = "1 cell holds" if errors == 1 else f"{errors:,} cells hold"
    return [Note(shown, f"{cells} an Excel error such as #N/A; read as missing")]
