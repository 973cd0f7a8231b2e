"""Types and checks for polars frames in a notebook, which read cells as the engine reads an export.

| type    | column after `validate`             | read from                                |
|---------|-------------------------------------|------------------------------------------|
| Text    | String                              | anything                                 |
| Integer | Int64                               | whole numbers (`5.0` is 5), text of such |
| Number  | Float64                             | numbers, text of such                    |
| Date    | String, ISO 8601, possibly partial  | text, Date, Datetime                     |
| Boolean | Boolean                             | Boolean, text (true, yes, y, 1 ...)      |

An empty text and NaN are missing. A column that does not read as its type is left as it is, and
each such cell is a failure case of the check `reads`. The models that `oncorules schema --pandera`
writes import this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from oncorules.data.dates import first_and_last_day
from oncorules.validation.kept_environment import kept_environment

with kept_environment():
    import pandera.polars as pa
    from pandera.engines import polars_engine

if TYPE_CHECKING:
    from pandera.api.polars.types import PolarsData

_NUMBER = r"^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?$"
_MOST_NUMBER, _MOST_INTEGER = 10**12, 10**18  # as many digits as the engine keeps exactly
_TRUTH = dict.fromkeys(("true", "yes", "y", "1"), True) | dict.fromkeys(
    ("false", "no", "n", "0"), False
)


def _read_text(given: pl.Series) -> pl.Series:
    return given.cast(pl.String)


def _numeric(given: pl.Series) -> pl.Series:
    """Return a column, null for texts that are no number: polars would read `inf` and `1_000`."""
    if given.dtype != pl.String:
        return given
    return given.set(~given.str.contains(_NUMBER), None)


def _read_number(given: pl.Series) -> pl.Series:
    read = _numeric(given).cast(pl.Float64, strict=False)
    return read.set(read.abs() >= _MOST_NUMBER, None)


def _read_integer(given: pl.Series) -> pl.Series:
    """Return whole numbers, null for the rest; a plain cast would cut fractions off in silence."""
    numeric = _numeric(given)
    exact = numeric.cast(pl.Int64, strict=False)
    if not given.dtype.is_integer():
        numbers = numeric.cast(pl.Float64, strict=False)
        cut = numbers.cast(pl.Int64, strict=False)
        # Text with a point goes through a float, other text keeps all its digits.
        read = exact.zip_with(exact.is_not_null(), cut)
        whole = (cut.cast(pl.Float64) == numbers).fill_null(False)
        exact = read.zip_with(whole, exact.clear(len(read)))
    return exact.set(~exact.is_between(-_MOST_INTEGER, _MOST_INTEGER, closed="none"), None)


def _read_date(given: pl.Series) -> pl.Series:
    moment = isinstance(given.dtype, pl.Datetime)
    return given.dt.strftime("%Y-%m-%dT%H:%M:%S") if moment else given.cast(pl.String)


def _read_boolean(given: pl.Series) -> pl.Series:
    return (
        _plain(given)
        .str.to_lowercase()
        .replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
    )


def _plain(given: pl.Series) -> pl.Series:
    """Return the text of each value, `5` for the float 5.0."""
    text = given.cast(pl.String)
    return text.str.replace(r"[.]0$", "") if given.dtype.is_float() else text


def _given(frame: pl.LazyFrame, key: str) -> pl.Series:
    """Return a column, NaN and empty text taken as missing."""
    given = frame.select(key).collect()[key]
    if given.dtype == pl.String:
        return given.set(given == "", None)
    return given.fill_nan(None) if given.dtype.is_float() else given


class Reading:
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
        return _answer(data, cls.read(given).is_not_null() | given.is_null())

    @classmethod
    def among(cls, data: PolarsData, codes: Sequence[str]) -> pl.LazyFrame:
        """Return whether each value is one of some codes; one that does not read is not looked up.

        Args:
            data: the column.
            codes: as the code list has them: `1` for a number.
        """
        read = cls.read(_given(data.lazyframe, data.key))
        return _answer(data, read.is_null() | _plain(read).is_in(list(codes)))


def _answer(data: PolarsData, fine: pl.Series) -> pl.LazyFrame:
    return fine.to_frame(data.key).lazy()


class Text(Reading, polars_engine.String):
    """Any text."""

    read = staticmethod(_read_text)


class Date(Reading, polars_engine.String):
    """An ISO 8601 date, possibly partial, as text."""

    read = staticmethod(_read_date)

    @classmethod
    def reads(cls, data: PolarsData) -> pl.LazyFrame:
        """Return whether each text is a date; every distinct text is read once."""
        read = cls.read(_given(data.lazyframe, data.key))
        wrong = [text for text in read.unique().drop_nulls() if first_and_last_day(text) is None]
        return _answer(data, ~read.is_in(wrong))


class Integer(Reading, polars_engine.Int64):
    """A whole number of at most 18 digits."""

    read = staticmethod(_read_integer)


class Number(Reading, polars_engine.Float64):
    """A number of at most 12 digits before the point."""

    read = staticmethod(_read_number)


class Boolean(Reading, polars_engine.Bool):
    """A truth value."""

    read = staticmethod(_read_boolean)


class FrameModel(pa.DataFrameModel):
    """The model of a table, whose columns are turned into their types where all of them read."""

    class Config:
        """pandera's settings."""

        coerce = True
