"""The structure contract of a table as a typed pandera schema, for frames in a notebook.

Types are those of `validation.frame_types`; columns that the model does not know are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from oncorules.data.model import Model, standard_model
from oncorules.validation.frame_types import Boolean, Date, Integer, Number, Reading, Text
from oncorules.validation.kept_environment import kept_environment

with kept_environment():
    import pandera.polars as pa

if TYPE_CHECKING:
    from oncorules.data.model import CodeList, Column, ColumnType, TableModel

#: For each type of the model, the type of the column and what its check says, if there is one.
READINGS: Mapping[ColumnType, tuple[type[Reading], str]] = {
    "text": (Text, ""),
    "date": (Date, "is an ISO 8601 date"),
    "integer": (Integer, "is a whole number"),
    "number": (Number, "is a number"),
    "boolean": (Boolean, "is a truth value"),
}
IN_CODE_LIST = "is in its code list"


def frame_schema(
    table: TableModel, codes: Mapping[str, CodeList] | None = None
) -> pa.DataFrameSchema:
    """Return the pandera schema of a table.

    Args:
        table: the table model.
        codes: the code lists that the columns name; by default those that are shipped.

    >>> import polars as pl
    >>> from oncorules.data.model import TableModel
    >>> columns = {"USUBJID": {"type": "text", "core": "required"}, "AGE": {"type": "integer"}}
    >>> schema = frame_schema(TableModel(name="DM", key=("USUBJID",), columns=columns))
    >>> schema.validate(pl.DataFrame({"USUBJID": ["01"], "AGE": [64.0]})).to_dicts()
    [{'USUBJID': '01', 'AGE': 64}]
    """
    model = standard_model() if codes is None else Model("", {}, codes)
    columns = {name: _column(column, model) for name, column in table.columns.items()}
    return pa.DataFrameSchema(columns, name=table.name, description=table.label or None)


def _column(declared: Column, model: Model) -> pa.Column:
    reading, error = READINGS[declared.type]
    checks = [pa.Check(reading.reads, error=error)] if error else []
    listed = model.code_list(declared)
    if listed is not None and not listed.extensible:
        checks.append(pa.Check(partial(reading.among, codes=listed.values), error=IN_CODE_LIST))
    if declared.length is not None and declared.type == "text":
        error = f"is at most {declared.length} characters long"
        checks.append(pa.Check.str_length(max_value=declared.length, error=error))
    required = declared.core == "required"
    dtype: Any = reading()
    return pa.Column(
        dtype,
        checks,
        nullable=not required,
        required=required,
        coerce=True,
        title=declared.label or None,
    )
