"""Typed values from what a file stores: the expressions behind each column of a loaded table.

A column C of a loaded table is up to four physical columns: `C`, the value; `C#last`, the last
possible day of a date; `C#text`, what the user sees; `C#unread`, the text where the file has
something that cannot be read as the column's type, so that `C` is null.

What is read as a number, from text: digits with at most one decimal point, a sign, an exponent
(`5`, `-0.5`, `.5`, `5.`, `1e5`). Everything else is unreadable: blanks, `1,000`, `1_000`, `0x10`,
`inf`, `nan`, `<5`. In a file with decimal comma the comma takes the place of the point, and a
point makes a number unreadable (`1.000` might be a thousand). Below 10^12 either way; beyond, it
is unreadable. Six decimals are kept, rounded half away from zero. A 64-bit float counts as the
shortest text that means it, so 1.0000005 is rounded up from Parquet as it is from CSV; NaN is how
some tools write a missing value and is missing.

An integer is a number without a fraction (`5.0` and `5e0` are integers). A truth value is true,
false, yes, no, y, n, 1 or 0 in any case. For dates see `data.dates`.

The text of a number has no zeros at the end of its decimals and a decimal point, so that `5.0`
from one format and `5` from another look the same; unreadable text is as in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from oncorules.data.dates import first_day, last_day
from oncorules.engine.trees import call, case, otherwise, sql_type, try_cast

if TYPE_CHECKING:
    from oncorules.data.model import ColumnType

Stored = Literal["text", "float", "decimal", "integer", "date", "timestamp", "boolean"]

NUMBER = "DECIMAL(18, 6)"
SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": NUMBER,
    "date": "DATE",
    "boolean": "BOOLEAN",
}
TEXT, LAST, UNREAD = "#text", "#last", "#unread"

_PLAIN = "[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)"
_EXPONENT = f"{_PLAIN}[eE][+-]?[0-9]+"
_WHOLE = "[+-]?[0-9]+"
_TRAILING_ZEROS = "[+-]?[0-9]+[.][0-9]*0"
_TRUE, _FALSE = ("true", "yes", "y", "1"), ("false", "no", "n", "0")
# Up to here a float times 10^6 is the whole number it should be (2^51 / 10^6).
_EXACT_FLOAT = 2_000_000_000


def typed_columns(stored: str, wanted: ColumnType, decimal: str = ".") -> dict[str, exp.Expr]:
    """Return the physical columns of one column: suffix to expression over the column `x`.

    Args:
        stored: The DuckDB type of the column as stored.
        wanted: The type it should have.
        decimal: The decimal mark of numbers in text, `.` or `,`.

    >>> typed_columns("VARCHAR", "text")[""].sql("duckdb")
    "NULLIF(x, '')"
    """
    source = exp.column("x")
    form = stored_form(stored)
    text = _text(source, form, decimal, numeric=wanted in ("integer", "number"))
    if wanted == "text":
        return {"": text}
    if wanted == "date":
        first, last = _days(source, form, text)
        return {"": first, LAST: last, TEXT: text}
    if wanted == "boolean":
        value = source.copy() if form == "boolean" else _truth(text)
    else:
        value = _number(source, form, decimal)
        if wanted == "integer":
            value = _integer(source, form, value)
    return {"": value, TEXT: text}


@cache
def typing_macros(stored: str, wanted: ColumnType, decimal: str = ".") -> dict[str, Macro]:
    """Return `typed_columns` and `#unread` as DuckDB macros of one argument: suffix to macro.

    A table's view only names them: building and rendering the expressions anew for each column
    of an export of 150 columns took 0.4 s.
    """
    way = way_of_reading(stored, decimal)
    bodies = typed_columns(stored, wanted, decimal)
    if TEXT in bodies:
        missing = exp.Is(this=exp.Paren(this=bodies[""].copy()), expression=exp.null())
        bodies[UNREAD] = case((missing, bodies[TEXT]))
    return {
        suffix: make_macro(f"{wanted}{suffix.replace('#', '_')}_from_{way}", ("x",), body)
        for suffix, body in bodies.items()
    }


def way_of_reading(stored: str, decimal: str) -> str:
    """Return a word for what `typed_columns` makes of a stored type and a decimal mark."""
    form = stored_form(stored)
    return f"{form}_comma" if form == "text" and decimal == "," else form


@dataclass(frozen=True)
class Macro:
    """A named expression in the engine, and the statement that makes it."""

    name: str
    create: str

    def of(self, *sources: exp.Column) -> exp.Expr:
        """Return the call."""
        return exp.Anonymous(this=self.name, expressions=[source.copy() for source in sources])


def make_macro(name: str, parameters: Sequence[str], body: exp.Expr) -> Macro:
    """Return an expression over some columns as a macro with these as its parameters."""
    name = f"oncorules_{name}"
    create = exp.Create(
        this=exp.UserDefinedFunction(
            this=exp.Table(this=exp.to_identifier(name)),
            expressions=[exp.to_identifier(parameter) for parameter in parameters],
            wrapped=True,
        ),
        kind="MACRO",
        exists=True,
        expression=body,
    )
    return Macro(name, create.sql("duckdb"))


def missing_columns(wanted: ColumnType) -> dict[str, exp.Expr]:
    """Return the physical columns of a column that a part does not have: typed nulls."""
    kinds = {"": SQL_TYPES[wanted]}
    if wanted == "date":
        kinds[LAST] = "DATE"
    if wanted != "text":
        kinds |= {TEXT: "VARCHAR", UNREAD: "VARCHAR"}
    return {suffix: exp.Cast(this=exp.null(), to=sql_type(kind)) for suffix, kind in kinds.items()}


def stored_form(stored: str) -> Stored:
    """Return what kind of value a DuckDB type holds."""
    kind = stored.upper()
    if kind in ("DOUBLE", "FLOAT"):
        return "float"
    if kind.startswith("DECIMAL"):
        return "decimal"
    if kind.endswith("INT") or kind in ("INTEGER", "UINTEGER"):
        return "integer"
    if kind.startswith("TIMESTAMP"):
        return "timestamp"
    if kind == "DATE":
        return "date"
    return "boolean" if kind == "BOOLEAN" else "text"


def rounded(source: exp.Column, stored: str, decimal: str = ".") -> exp.Expr:
    """Return whether a stored number has more than the six decimals that are kept."""
    form = stored_form(stored)
    exact = sql_type("DECIMAL(38, 20)")
    text = _text(source, form, decimal, numeric=True)
    return exp.NEQ(
        this=exp.TryCast(this=text, to=exact.copy()),
        expression=exp.TryCast(this=_number(source, form, decimal), to=exact.copy()),
    )


def _not(value: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Paren(this=value.copy()))


def _matches(value: exp.Expr, pattern: str) -> exp.Expr:
    return call("regexp_full_match", value, pattern)


def trimmed(value: exp.Expr) -> exp.Expr:
    """Return a decimal text without the zeros at its end, and without a point at its end."""
    return call("rtrim", call("rtrim", value, "0"), ".")


def is_float(source: exp.Column, number: exp.Expr) -> exp.Expr:
    """Return whether a float, cast to a number, is that number and not only near it."""
    return exp.And(
        this=exp.LT(this=call("abs", source), expression=exp.convert(_EXACT_FLOAT)),
        expression=exp.EQ(this=try_cast(number, "DOUBLE"), expression=try_cast(source, "DOUBLE")),
    )


def point_text(source: exp.Column, decimal: str) -> exp.Expr:
    """Return a number's text with a decimal point, null where a point is not a decimal mark."""
    if decimal != ",":
        return source.copy()
    swapped = call("replace", source, ",", ".")
    return case((_not(call("contains", source, ".")), swapped))


def _text(source: exp.Column, form: Stored, decimal: str, *, numeric: bool) -> exp.Expr:
    """Return what the user sees, null where the value is missing."""
    if form == "text":
        filled = exp.Nullif(this=source.copy(), expression=exp.Literal.string(""))
        if not numeric:
            return filled
        point = point_text(source, decimal)
        readable = _matches(point, _PLAIN) if decimal == "," else exp.false()
        return otherwise(
            case((_matches(point, _TRAILING_ZEROS), trimmed(point)), (readable, point)), filled
        )
    written = exp.cast(source.copy(), "VARCHAR")
    if form == "float":
        # Not isnan(): DuckDB answers it from the statistics of a Parquet file, which leave NaN out.
        exact = trimmed(exp.cast(try_cast(source, NUMBER), "VARCHAR"))
        shortest = call("regexp_replace", written, "[.]0$", "")
        return otherwise(
            case((is_float(source, try_cast(source, NUMBER)), exact)),
            call("nullif", shortest, "nan"),
        )
    if form == "decimal":
        has_point = call("contains", written, ".")
        return otherwise(case((has_point, trimmed(written))), written)
    if form == "timestamp":  # midnight is how a day is stored where there is no type for days
        day = try_cast(source, "DATE")
        midnight = exp.EQ(this=try_cast(day, "TIMESTAMP"), expression=try_cast(source, "TIMESTAMP"))
        with_time = call("replace", written, " ", "T")
        return otherwise(case((midnight, exp.cast(day, "VARCHAR"))), with_time)
    return written


def _number(source: exp.Column, form: Stored, decimal: str) -> exp.Expr:
    if form in ("integer", "decimal"):
        return try_cast(source, NUMBER)
    if form == "float":
        # As a text it is right too, at ten times the time.
        shortest = try_cast(exp.cast(source.copy(), "VARCHAR"), NUMBER)
        return otherwise(
            case((is_float(source, try_cast(source, NUMBER)), try_cast(source, NUMBER))), shortest
        )
    if form != "text":
        return exp.cast(exp.null(), NUMBER)
    point = point_text(source, decimal)
    # With an exponent it comes from a float; the direct cast refuses 99999999999999e-10.
    float_text = exp.cast(try_cast(point, "DOUBLE"), "VARCHAR")
    return case(
        (_matches(point, _PLAIN), try_cast(point, NUMBER)),
        (_matches(point, _EXPONENT), try_cast(float_text, NUMBER)),
    )


def _integer(source: exp.Column, form: Stored, number: exp.Expr) -> exp.Expr:
    """Return a whole number of at most 18 digits; with a fraction or an exponent, below 10^12."""
    if form == "integer":
        return try_cast(source, "BIGINT")
    whole = exp.EQ(this=call("trunc", number), expression=number.copy())
    from_number = (whole, try_cast(number, "BIGINT"))
    if form == "text":
        whole_text = try_cast(source, "BIGINT")
        # What a number is written as again is a number; that is quicker than a pattern.
        same = exp.EQ(this=exp.cast(whole_text.copy(), "VARCHAR"), expression=source.copy())
        return case((same, whole_text), (_matches(source, _WHOLE), whole_text), from_number)
    return case(from_number)


def _days(source: exp.Column, form: Stored, text: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    if form in ("date", "timestamp"):
        day = source if form == "date" else try_cast(source, "DATE")
        known = exp.Between(
            this=day.copy(),
            low=exp.cast(exp.Literal.string("1800-01-01"), "DATE"),
            high=exp.cast(exp.Literal.string("2200-12-31"), "DATE"),
        )
        return case((known, day)), case((known, day))
    readable: exp.Expr = source if form == "text" else text
    return first_day(readable), last_day(readable)


def _truth(text: exp.Expr) -> exp.Expr:
    lower = call("lower", text)

    def among(words: tuple[str, ...]) -> exp.Expr:
        return exp.In(this=lower.copy(), expressions=[exp.Literal.string(w) for w in words])

    return case((among(_TRUE), exp.true()), (among(_FALSE), exp.false()))
