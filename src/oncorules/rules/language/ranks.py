"""Codes of a ranked list as places, 1 for the best, and back."""

from __future__ import annotations

from sqlglot import exp

from oncorules.rules.language.scope import RankedCodes


def rank_of(tree: exp.Expr, codes: RankedCodes) -> exp.Expr:
    """Return the place of a code in its list, 1 for the best; null for anything else."""
    return exp.Case(
        this=tree.copy(),
        ifs=[
            exp.If(this=exp.Literal.string(code), true=exp.Literal.number(place))
            for place, code in enumerate(codes.best_first, start=1)
        ],
    )


def code_at(rank: exp.Expr, codes: RankedCodes) -> exp.Expr:
    """Return the code at a place of its list."""
    return exp.Case(
        this=rank,
        ifs=[
            exp.If(this=exp.Literal.number(place), true=exp.Literal.string(code))
            for place, code in enumerate(codes.best_first, start=1)
        ],
    )
