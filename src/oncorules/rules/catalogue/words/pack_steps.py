"""What a rule or table reads of its pack, in plain English: schedules and ranked code lists."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from oncorules.rules.catalogue.pages import formulas_in, source_text
from oncorules.rules.catalogue.words.steps import Step
from oncorules.rules.catalogue.words.vocabulary import Vocabulary, own_columns
from oncorules.rules.language.formula import FormulaError, parsed, schedules
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import CodeList, Grading, Rule, Schedule, Table


def pack_steps(part: Rule | Table | Grading, pack: LoadedPack, names: Vocabulary) -> Iterator[Step]:
    """Go through the schedules and code lists that a rule or table reads.

    Args:
        part: the rule or table.
        pack: the pack that brings it.
        names: what its names are called.
    """
    trees = list(_trees(part))
    read = {name for tree in trees for name in schedules(tree)}
    for name, schedule in pack.schedules.items():
        if name in read:
            yield Step(f"schedule {name}", _schedule(schedule, names))
    named = {column.codes for column in own_columns(part).values()}
    ranks = _has_ranks(part, trees)
    for name, codes in pack.codes.items():
        if name in named or (ranks and codes.ranked is not None):
            yield Step(f"codes {name}", _codes(codes))


def _trees(part: Rule | Table | Grading) -> Iterator[exp.Expr]:
    for formula in formulas_in(part):
        try:
            yield parsed(formula)
        except FormulaError:  # a code such as NON-CR/NON-PD
            continue


def _has_ranks(part: Rule | Table | Grading, trees: list[exp.Expr]) -> bool:
    """Return whether the best or the worst of anything is read."""
    orders = [one.orders for one in part.lookups.values()]
    orders += [one.orders for one in part.windows.values()]
    orders += [one.orders for one in part.runs.values()]
    if any(order.way in ("best", "worst") for several in orders for order in several):
        return True
    calls = (call for tree in trees for call in tree.find_all(exp.Anonymous))
    return any(call.name.lower() in ("best", "worst") for call in calls)


def _schedule(schedule: Schedule, names: Vocabulary) -> str:
    unit = schedule.unit
    told = [f"planned from {names.said('', schedule.from_)} on"]
    if schedule.at:
        told.append(f"after {', '.join(names.said('', at) for at in schedule.at)}, in {unit}s")
    if schedule.then_every is not None:
        told.append(f"then every {names.said('', schedule.then_every)}, in {unit}s")
    told.append(f"each up to {names.said('', schedule.tolerance)} {unit}s early or late")
    if schedule.source is not None:
        told.append(f"source: {source_text(schedule.source)}")
    return "; ".join(told)


def _codes(codes: CodeList) -> str:
    ranked = codes.ranked
    told = f"from the best: {', '.join(ranked)}" if ranked else ", ".join(codes.codes)
    if codes.extensible:
        told += ", and others"
    return f"{told}; source: {source_text(codes.source)}" if codes.source is not None else told
