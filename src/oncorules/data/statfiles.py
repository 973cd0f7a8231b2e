"""SAS data sets (SAS7BDAT) and SPSS files (SAV, ZSAV), read by pyreadstat."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from .columns import check_names
from .looks import check_type
from .sas_formats import KINDS, tell_meaning, time_text
from .sources import ArrowRows, Note, Part, RawColumn, Reading

if TYPE_CHECKING:
    import pyarrow as pa

# Seconds from the first moment of each program's calendar to 1970-01-01.
_SAS_EPOCH = (datetime(1970, 1, 1) - datetime(1960, 1, 1)).total_seconds()
_SPSS_EPOCH = (datetime(1970, 1, 1) - datetime(1582, 10, 14)).total_seconds()


def read_tables(path: Path, shown: str) -> Reading:
    """Return the one table of a SAS7BDAT or SPSS file, named after the file.

    Labels of variables are kept; coded values stay codes (their labels are noted, not applied).
    Trailing blanks are cut off; empty text, missing and user-missing values are missing. Numbers
    with a date format are dates, with a datetime format timestamps, with a time format text.

    Args:
        path: the file.
        shown: the file as the user knows it.

    Raises:
        DataError: the file is not what its ending says, is cut off or damaged.
    """
    if path.suffix.lower() == ".sas7bdat":
        check_type(path, shown, "SAS data set (SAS7BDAT)")
    else:
        check_type(path, shown, "SPSS file (SAV)", "compressed SPSS file (ZSAV)")
    _, meta = _read(path, shown, only_metadata=True)
    formats = [meta.original_variable_types.get(name) or "" for name in meta.column_names]
    meanings = [
        "text" if meta.readstat_variable_types[name] == "string" else tell_meaning(sas_format)
        for name, sas_format in zip(meta.column_names, formats, strict=True)
    ]
    names, notes = check_names(meta.column_names, shown)
    columns = tuple(
        RawColumn(name, KINDS[meaning], label or None)
        for name, meaning, label in zip(names, meanings, meta.column_labels, strict=True)
    )
    if coded := [name for name in meta.column_names if name in meta.variable_value_labels]:
        notes.append(Note(shown, f"codes are kept, their labels not used: {', '.join(coded)}"))
    rows = meta.number_rows
    if rows == 0:
        notes.append(Note(shown, "a header and no rows"))
    source = ArrowRows(lambda: _read_rows(path, shown, names, meanings))
    return Reading(((path.stem.upper(), Part(shown, columns, source, rows)),), tuple(notes))


def _read(path: Path, shown: str, *, only_metadata: bool = False) -> tuple[Any, Any]:
    import pyreadstat

    is_sas = path.suffix.lower() == ".sas7bdat"
    reader: Callable[..., tuple[Any, Any]]
    reader = pyreadstat.read_sas7bdat if is_sas else pyreadstat.read_sav
    try:
        return reader(
            str(path),
            output_format="dict",
            disable_datetime_conversion=True,
            metadataonly=only_metadata,
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        said = str(error).rstrip(".")
        raise DataError(
            f"{shown} is cut off or damaged ({said}); transfer it again in binary mode or"
            " export it again"
        ) from None


def _read_rows(path: Path, shown: str, names: tuple[str, ...], meanings: list[str]) -> pa.Table:
    import pyarrow as pa

    values, meta = _read(path, shown)
    epoch = _SAS_EPOCH if path.suffix.lower() == ".sas7bdat" else _SPSS_EPOCH
    days = path.suffix.lower() == ".sas7bdat"  # SAS counts days in dates, SPSS seconds
    arrays = [
        _column(column, meaning, epoch, 86400.0 if days else 1.0)
        for column, meaning in zip(values.values(), meanings, strict=True)
    ]
    found = len(arrays[0])
    if meta.number_rows not in (None, -1, found):
        raise DataError(
            f"{shown} is cut off: it announces {meta.number_rows:,} rows and holds {found:,};"
            " export it again"
        )
    return pa.table(arrays, names=list(names))


def _column(values: list[Any], meaning: str, epoch: float, per_day: float) -> pa.Array:
    import pyarrow as pa

    if meaning == "text":
        texts = [(value or "").rstrip(" \0") or None for value in values]
        return pa.array(texts, pa.large_string())
    known = [None if v is None or math.isnan(v) else float(v) for v in values]
    if meaning == "number":
        return pa.array(known, pa.float64())
    if meaning == "date":
        days = [None if v is None else math.floor((v * per_day - epoch) / 86400) for v in known]
        return pa.array(days, pa.int32()).cast(pa.date32())
    if meaning == "datetime":
        micros = [None if v is None else round((v - epoch) * 1e6) for v in known]
        return pa.array(micros, pa.int64()).cast(pa.timestamp("us"))
    return pa.array([None if v is None else time_text(v) for v in known], pa.large_string())
