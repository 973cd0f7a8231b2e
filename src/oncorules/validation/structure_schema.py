"""The structure contract of a table as a typed pandera schema, for frames in a notebook.

| declared | column after `validate`             | read from                                |
|----------|-------------------------------------|------------------------------------------|
| text     | String                              | anything                                 |
| integer  | Int64                               | whole numbers (`5.0` is 5), text of such |
| number   | Float64                             | numbers, text of such; NaN is missing    |
| date     | String, ISO 8601, possibly partial  | text, Date, Datetime                     |
| boolean  | Boolean                             | Boolean, text (true, yes, y, 1 ...)      |

A column that does not read as its type is left as it is, and each such cell is a failure case.
Columns that the model does not know are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from oncorules.data.dates import first_and_last_day
from oncorules.data.model import Model, standard_model
from oncorules.validation.kept_environment import kept_environment

with kept_environment():
    import pandera.polars as pa
    from pandera.engines import polars_engine

if TYPE_CHECKING:
    from pandera.api.polars.types import PolarsData

    from oncorules.data.model import CodeList, Column, TableModel


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
    dtype: Any = _Text()
    checks = []
    if declared.type == "date":
        dtype = _Date()
        checks.append(pa.Check(_all_dates, error="is an ISO 8601 date"))
    elif declared.type in _READINGS:
        reading, error = _READINGS[declared.type]
        dtype = reading()
        checks.append(pa.Check(reading.reads, error=error))
    listed = model.code_list(declared)
    if listed is not None and not listed.extensible:
        checks.append(pa.Check(_among(listed.values), error="is in its code list"))
    if declared.length is not None and declared.type == "text":
        error = f"is at most {declared.length} characters long"
        checks.append(pa.Check.str_length(max_value=declared.length, error=error))
    required = declared.core == "required"
    return pa.Column(
        dtype,
        checks,
        nullable=not required,
        required=required,
        coerce=True,
        title=declared.label or None,
    )


def _read_integer(given: pl.Series) -> pl.Series:
    """Return whole numbers, null for the rest; a plain cast would cut fractions off in silence."""
    exact = given.cast(pl.Int64, strict=False)
    if given.dtype.is_integer():
        return exact
    numbers = given.cast(pl.Float64, strict=False)
    cut = numbers.cast(pl.Int64, strict=False)
    # Text with a point goes through a float, other text keeps all its digits.
    read = exact.zip_with(exact.is_not_null(), cut)
    return read.zip_with((cut.cast(pl.Float64) == numbers).fill_null(False), exact.clear(len(read)))


def _read_text(given: pl.Series) -> pl.Series:
    return given.cast(pl.String)


def _read_date(given: pl.Series) -> pl.Series:
    moment = isinstance(given.dtype, pl.Datetime)
    return given.dt.strftime("%Y-%m-%dT%H:%M:%S") if moment else given.cast(pl.String)


def _read_number(given: pl.Series) -> pl.Series:
    return given.cast(pl.Float64, strict=False)


def _read_boolean(given: pl.Series) -> pl.Series:
    words = given.cast(pl.String).str.to_lowercase()
    return words.replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)


_TRUTH = dict.fromkeys(("true", "yes", "y", "1"), True) | dict.fromkeys(
    ("false", "no", "n", "0"), False
)


class _Reading:
    """A type that a column is turned into when all of it reads as such, and is left alone if not.

    What does not read is then named cell by cell by a check; pandera's own conversion says neither
    which column it was nor, for a fraction, that there was anything wrong.
    """

    read: Callable[[pl.Series], pl.Series]
    type: Any

    def coerce(self, data_container: PolarsData | pl.LazyFrame) -> pl.LazyFrame:
        """Return the frame with the column converted; pandera calls it."""
        assert not isinstance(data_container, pl.LazyFrame)  # a column, never a whole frame
        frame, key = data_container.lazyframe, data_container.key
        if key not in frame.collect_schema():
            return frame  # pandera says that it is missing, but only after the conversions
        given = _given(frame, key)
        read = self.read(given)
        if read.null_count() > given.null_count():
            return frame
        return frame.with_columns(read.alias(key))

    def try_coerce(self, data_container: PolarsData | pl.LazyFrame) -> pl.LazyFrame:
        """Do the same; pandera calls it when it looks at values too."""
        return self.coerce(data_container)

    def check(self, pandera_dtype: object, data_container: object = None) -> bool:
        """Return whether a column has the type by now; pandera calls it."""
        return bool(pandera_dtype == self.type)

    @classmethod
    def reads(cls, data: PolarsData) -> pl.LazyFrame:
        """Return whether each value reads as the type."""
        given = _given(data.lazyframe, data.key)
        fine: pl.Series = cls.read(given).is_not_null() | given.is_null()
        return fine.to_frame(data.key).lazy()


def _given(frame: pl.LazyFrame, key: str) -> pl.Series:
    """Return a column, NaN taken as missing."""
    given = frame.select(key).collect()[key]
    return given.fill_nan(None) if given.dtype.is_float() else given


class _Text(_Reading, polars_engine.String):
    read = staticmethod(_read_text)


class _Date(_Reading, polars_engine.String):
    read = staticmethod(_read_date)


class _Integer(_Reading, polars_engine.Int64):
    read = staticmethod(_read_integer)


class _Number(_Reading, polars_engine.Float64):
    read = staticmethod(_read_number)


class _Boolean(_Reading, polars_engine.Bool):
    read = staticmethod(_read_boolean)


_READINGS: dict[str, tuple[type[_Reading], str]] = {
    "integer": (_Integer, "is a whole number"),
    "number": (_Number, "is a number"),
    "boolean": (_Boolean, "is a truth value"),
}


def _all_dates(data: PolarsData) -> pl.LazyFrame:
    """Return whether each text is a date; every distinct text is read once."""
    texts = data.lazyframe.select(data.key).unique().collect()[data.key]
    wrong = [text for text in texts if text is not None and first_and_last_day(text) is None]
    return data.lazyframe.select(~pl.col(data.key).is_in(wrong))


def _among(codes: tuple[str, ...]) -> Any:
    def run(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col(data.key).cast(pl.String).is_in(codes))

    return run
