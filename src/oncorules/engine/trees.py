"""Names in sqlglot trees: always quoted, so that no name can be anything but a name."""

from __future__ import annotations

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
