"""Small changes of the limits of a rule or derived table, each a rule or table of its own.

Every formula that decides is looked at: condition, `where`, columns, look-ups, runs, `until`,
`keep`; the days of a window too; and each number parameter that these read (its `step`, or one unit
in its last digit). A number in a column is a limit when that column is compared, be it by another
table or rule. Not looked at: the days of schedules, choices, decision tables; the
terms of gradings have changes of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from oncorules.rules.examples.compared import own_compared
from oncorules.rules.examples.formulas import Formula, Path, formulas, put
from oncorules.rules.examples.limits import changes_of, stepped
from oncorules.rules.examples.subject import Variant
from oncorules.rules.language.formula import names, parse, schedules
from oncorules.rules.loading.model import Rule, Schedule, Table
from oncorules.rules.loading.parameters import ParameterValue

_DAYS = re.compile(r"\d+|[A-Za-z_]\w*(?= days?$)")


@dataclass(frozen=True, kw_only=True)
class Mutation(Variant):
    """A rule or table with one limit changed.

    Attributes:
        path: the formula or parameter inside the rule or table.
        offset: the character of that text at which the limit stands; None for a parameter.
        sentence: `<= becomes <`, `75 becomes 76`, `parameter within: 28 becomes 29`.
        sides: of a comparison whose strictness changed, an equation of its two sides.
    """

    path: Path
    offset: int | None
    sentence: str
    sides: str | None = None


def mutations(
    item: Rule | Table,
    parameters: Mapping[str, ParameterValue],
    schedules: Mapping[str, Schedule],
    compared: Collection[str] = (),
) -> Iterator[Mutation]:
    """Go through the small changes of the limits of a rule or table, in the order of its parts.

    Args:
        item: the rule on one table (`--` written out), or the derived table.
        parameters: what its formulas may name.
        schedules: the schedules of its pack.
        compared: columns of the derived table that others compare.
    """
    found = list(formulas(item))
    pairs = own_compared(item, found, compared)
    for formula in found:
        for change in changes_of(formula.text, compared=("", formula.column) in pairs):
            changed = put(item, formula.path, change.text)
            yield Mutation(
                changed,
                path=formula.path,
                offset=change.offset,
                sentence=change.sentence,
                sides=change.sides,
            )
    yield from _of_windows(item)
    yield from _of_parameters(item, found, parameters, schedules)


def _of_windows(item: Rule | Table) -> Iterator[Mutation]:
    for name, window in item.windows.items():
        found = _DAYS.search(window.rows)
        if window.seen.days is None or found is None or not found[0].isdigit():
            continue
        path: Path = ("windows", name, "rows")
        for up in (True, False):
            days = stepped(Decimal(found[0]), up)
            rows = f"{window.rows[: found.start()]}{days}{window.rows[found.end() :]}"
            sentence = f"{found[0]} becomes {days}"
            changed = put(item, path, rows)
            yield Mutation(changed, path=path, offset=found.start(), sentence=sentence)


def _of_parameters(
    item: Rule | Table,
    found: list[Formula],
    parameters: Mapping[str, ParameterValue],
    plans: Mapping[str, Schedule],
) -> Iterator[Mutation]:
    places = _reading_places(item, found, plans)
    for name, parameter in parameters.items():
        if name not in places or parameter.type != "number":
            continue
        own = name in item.parameters
        path: Path = ("parameters", name, "value") if own else places[name][0]
        offset = None if own else places[name][1]
        for new, sentence in parameter_steps(name, parameter):
            yield Mutation(item, {name: new}, path=path, offset=offset, sentence=sentence)


def parameter_steps(name: str, parameter: ParameterValue) -> Iterator[tuple[int | Decimal, str]]:
    """Go through the values one step beside that of a parameter, each with the sentence of it."""
    value = Decimal(parameter.value)
    step = parameter.declared.step
    for up in (True, False):
        if step is None:
            new = stepped(value, up)
        else:
            new = value + Decimal(step) if up else value - Decimal(step)
        whole = int(new) if isinstance(parameter.value, int) and new == int(new) else new
        yield whole, f"parameter {name}: {value:f} becomes {new:f}"


def _reading_places(
    item: Rule | Table, found: list[Formula], plans: Mapping[str, Schedule]
) -> dict[str, tuple[Path, int]]:
    """Return where each bare name is first read."""
    places: dict[str, tuple[Path, int]] = {}
    for name, window in item.windows.items():
        if window.seen.days is not None:
            at = window.rows.index(window.seen.days)
            places.setdefault(window.seen.days, (("windows", name, "rows"), at))
    for formula in found:
        tree = parse(formula.text)
        for alias, name, node in names(tree):
            if not alias:
                places.setdefault(name, (formula.path, _start(node)))
        for name in schedules(tree):
            plan = plans.get(name)
            read = () if plan is None else (*plan.at, plan.then_every, plan.tolerance)
            for text in read:
                if text is not None:
                    places.setdefault(text, (formula.path, formula.text.index(name)))
    return places


def _start(node: exp.Column) -> int:
    return int(node.this.meta.get("start", 0))
