"""Small sqlglot trees; names are always quoted, so that no name can be anything but a name."""

from __future__ import annotations

from functools import cache

from sqlglot import exp


def table(name: str) -> exp.Table:
    """Return a table or view by name.

    >>> table('a";--').sql("duckdb")
    '"a"";--"'
    """
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def column(name: str) -> exp.Column:
    """Return a column by name."""
    return exp.Column(this=exp.to_identifier(name, quoted=True))


def named(value: exp.Expr, name: str) -> exp.Alias:
    """Return a value under a name."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def call(name: str, *arguments: exp.Expr | str | int) -> exp.Expr:
    """Return the call of a function of the engine."""
    given = [a.copy() if isinstance(a, exp.Expr) else exp.convert(a) for a in arguments]
    return exp.Anonymous(this=name, expressions=given)


@cache
def _type(kind: str) -> exp.DataType:
    return exp.DataType.build(kind, dialect="duckdb")


def sql_type(kind: str) -> exp.DataType:
    """Return a type of DuckDB by its name."""
    return _type(kind).copy()


@cache
def _plain_type(kind: str) -> exp.DataType:
    return exp.DataType.build(kind)


def cast(value: exp.Expr, kind: str) -> exp.Expr:
    """Return a value as another type; the value becomes a part of the tree and is not copied.

    >>> cast(cast(exp.null(), "BIGINT"), "BIGINT").sql()
    'CAST(NULL AS BIGINT)'
    """
    to = _plain_type(kind)
    if isinstance(value, exp.Cast) and not isinstance(value, exp.TryCast) and value.to == to:
        return value
    return exp.Cast(this=value, to=to.copy())


def try_cast(value: exp.Expr, kind: str) -> exp.Expr:
    """Return a value as another type, null where that cannot be."""
    return exp.TryCast(this=value.copy(), to=sql_type(kind))


def case(*branches: tuple[exp.Expr, exp.Expr]) -> exp.Case:
    """Return the CASE of some conditions and values."""
    ifs = [exp.If(this=when.copy(), true=then.copy()) for when, then in branches]
    return exp.Case(ifs=ifs)


def otherwise(case: exp.Case, value: exp.Expr) -> exp.Case:
    """Return a CASE with the value that it has when no condition is true."""
    case.set("default", value.copy())
    return case
