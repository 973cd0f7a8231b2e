"""Rules whose conditions the solver cannot follow, asked for sampled rows by the engine itself.

The rows are made of the constants of the rule: each text as it is, in capitals, in small letters
and with something behind it, each number with its neighbours, each day with the next, and nothing
at all. What no such row shows is likely, and no proof.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from sqlglot import exp

from oncorules.data.dates import first_and_last_day
from oncorules.rules.compiler.checks import MET, NOT_MET, OUTCOMES
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.given import EXPECT
from oncorules.rules.examples.subject import Subject
from oncorules.rules.health.conditions import Found
from oncorules.rules.health.space import Space, formulas_of
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import names, parsed
from oncorules.rules.loading.model import OTHERWISE, Example, Grid, Rule

MOST = 1024
SEED = 20_240_601
_NUMBERS = ("-1000", "-1", "0", "0.5", "1", "1000")
_DAYS = ("2024-01-31", "2024-02", "2024-02-01", "2024-02-29", "2025")


def check_sampled(
    bench: Bench, subject: Subject, space: Space, set_by_hand: Mapping[str, Any]
) -> Iterator[Found]:
    """Go through the answers of a rule that neither an example nor a sampled row shows.

    Args:
        bench: an engine that runs the rule on rows that are given.
        subject: the rule, with its examples.
        space: its names; no look-up, window or run among them.
        set_by_hand: parameters that somebody set, by address.
    """
    assert subject.rule is not None
    rule = subject.rule.rule
    shown = set(_expected(rule))
    if {OUTCOMES[MET], OUTCOMES[NOT_MET]} <= shown:
        return
    found = Counter(_sampled(bench, subject, space, set_by_hand, rule))
    rows = found.total()
    condition = own_words(rule.condition)
    told = f"in {rows:,} sampled rows"
    where = rule.applies_to.where
    if where is not None and not shown and not found[OUTCOMES[MET]] + found[OUTCOMES[NOT_MET]]:
        asked = rule.model_copy(update={"condition": "true", "if_missing": {}})
        if OUTCOMES[MET] not in _sampled(bench, subject, space, set_by_hand, asked):
            path = ("applies_to", "where")
            yield Found(path, 0, f"never true {told}", own_words(where), rows=rows)
            return
    for outcome, words in ((MET, "never true"), (NOT_MET, "never false")):
        if not found[OUTCOMES[outcome]] and OUTCOMES[outcome] not in shown:
            yield Found(("condition",), 0, f"{words} {told}", condition, rows=rows)


def _expected(rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        for grid in (example.grid, *example.given.values()):
            if grid is not None and EXPECT in grid.columns:
                place = grid.columns.index(EXPECT)
                yield from (str(row[place]) for row in grid.rows)


def _sampled(
    bench: Bench, subject: Subject, space: Space, set_by_hand: Mapping[str, Any], rule: Rule
) -> list[str]:
    """Return the answers of a rule, perhaps with another condition, for the sampled rows."""
    assert subject.rule is not None
    pools = dict(_pools(space, subject.rule.rule))
    for address in set_by_hand:
        pools.pop(address.rpartition(":")[2].rpartition(".")[2], None)
    columns = (*pools, EXPECT)
    rows = tuple((*row, OUTCOMES[MET]) for row in rows_of(list(pools.values())))
    example = Example.model_validate(
        {"grid": Grid(columns=columns, rows=rows), "with": dict(set_by_hand)}
    )
    asked = rule.model_copy(update={"examples": (example,), "message": None})
    sample = replace(subject, rule=replace(subject.rule, rule=asked))
    return [answer.found for answer in bench.answers(sample)]


def rows_of(pools: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return rows made of one value of each pool: all of them, or many where there are too many."""
    if prod(map(len, pools)) <= MOST:
        return list(product(*pools))
    draw = random.Random(SEED)  # noqa: S311 (no secret)
    return [tuple(draw.choice(pool) for pool in pools) for _ in range(MOST)]


def _pools(space: Space, rule: Rule) -> Iterator[tuple[str, list[Any]]]:
    """Go through the columns and choices that a rule reads, each with the values to try."""
    texts, numbers = {"", "OTHER"}, set(map(Decimal, _NUMBERS))
    read: dict[str, None] = {}
    for tree in _trees(rule):
        for node in tree.find_all(exp.Literal):
            if node.is_string:
                texts |= {node.name, node.name.upper(), node.name.lower(), f"{node.name}x"}
            else:
                numbers |= _around(Decimal(node.name))
        read |= dict.fromkeys(name for _, name, _ in names(tree))
    for name in read.keys() & space.parameters.keys():
        value = space.parameters[name].value
        if isinstance(value, str):
            texts.add(value)
        else:
            numbers |= _around(Decimal(value))
    days = {text for text in texts if first_and_last_day(text)} | set(_DAYS)
    kinds: Mapping[str, set[Any]] = {
        "text": texts | set(map(str, numbers)), "date": days, "boolean": {True, False},
        "integer": {int(one) for one in numbers if one == int(one)}, "number": numbers,
    }  # fmt: skip
    for name in read:
        known = space.base(name)
        choices = space.parameters[name].declared.choices if name in space.parameters else None
        if name not in rule.columns and known is not None:
            yield name, [None, *sorted(kinds[known.kind])]
        elif choices is not None:
            yield name, list(choices)


def _around(number: Decimal) -> set[Decimal]:
    return {number, number + 1, number - 1, -number}


def _trees(rule: Rule) -> Iterator[exp.Expr]:
    formulas = [rule.condition, *([rule.applies_to.where] if rule.applies_to.where else [])]
    formulas += [text for column in rule.columns.values() for text in formulas_of(column)]
    formulas += list(rule.if_missing)
    yield from (parsed(text) for text in formulas if text != OTHERWISE)
