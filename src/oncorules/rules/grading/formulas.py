"""The formulas of a grading, with every measured value on the scale that its comparison needs.

```text
VALUE > 3 * ULN         both in the unit of the value: compared as they are, no unit is needed
VALUE > g3              a limit is in a unit: both on the common scale of the test
VALUE > 3 * BASELINE    two results: as they are in equal units, else on the common scale
VALUE > 80              the 80 is in the one unit that the term declares
```
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.grading.sides import CATEGORY, SPECIMEN
from oncorules.rules.language.formula import COMPARISONS, FormulaError, names, offset_of, parse

VALUE, UNIT, TEST = "VALUE", "UNIT", "TEST"
READS = (VALUE, UNIT, TEST, SPECIMEN, CATEGORY, "LLN", "ULN", "BASELINE", "BASELINE_LLN",
         "BASELINE_ULN", "BASELINE_UNIT")  # fmt: skip
"""Names that a grading reads from columns of the same name where `reads` does not say it."""

OWN = ""
"""The group of values that are in the unit of the value itself."""

SCALED, LIMIT, SCALE = "#scaled", "#limit", "#scale"
Item = TypeVar("Item")
_PICKS = ("coalesce", "least", "greatest")
_BOOLEAN = (*COMPARISONS, exp.Between, exp.In, exp.And, exp.Or, exp.Not, exp.Is)
_TESTS = (*COMPARISONS, exp.Between, exp.In)


@dataclass(frozen=True)
class Names:
    """What the names in the formulas of a term are.

    Attributes:
        groups: for each measured value, the group whose unit it is in.
        limits: the names of the limits.
        constants: parameters and other names that are never missing.
        columns: the names of the columns, and of everything that is read.
        units: in how many units the limits are printed.
    """

    groups: Mapping[str, str]
    limits: Collection[str]
    constants: Collection[str]
    columns: Collection[str]
    units: int


@dataclass
class Reading:
    """One formula, ready to be translated, and what it reads.

    Attributes:
        tree: the formula; measured values that need a scale are named `#scaled.VALUE` and the like.
        names: the values it reads, in the order of their first use.
        scaled: groups that are compared on the common scale.
        mixed: sets of groups that are compared with each other.
        limits: the limits it reads.
    """

    tree: exp.Expr
    names: tuple[str, ...] = ()
    scaled: tuple[str, ...] = ()
    mixed: tuple[tuple[str, ...], ...] = ()
    limits: tuple[str, ...] = ()


@dataclass
class _Comparison:
    measured: list[exp.Column] = field(default_factory=list)
    limits: list[exp.Column] = field(default_factory=list)
    numbers: list[exp.Expr] = field(default_factory=list)
    rounded: exp.Expr | None = None


def group_of(name: str, reads: Collection[str]) -> str | None:
    """Return the group whose unit a number is in; None when it is in no unit.

    VALUE, VALUE_ANYTHING, LLN and ULN are in UNIT. X, X_LLN and X_ULN are in X_UNIT where that is
    read; those of BASELINE are in UNIT where it is not.

    >>> group_of("BASELINE_ULN", ["BASELINE_UNIT"]), group_of("AGE", [])
    ('BASELINE', None)
    """
    stem = name.removesuffix("_LLN").removesuffix("_ULN")
    for label in (name, stem):
        if f"{label}_UNIT" in reads:
            return label
    own = name in (VALUE, "LLN", "ULN") or name.startswith(f"{VALUE}_") or stem == "BASELINE"
    return OWN if own else None


def mixed_alias(groups: tuple[str, ...]) -> str:
    """Return the alias under which values of several groups are compared with each other."""
    return f"#mixed {' '.join(group or VALUE for group in groups)}"


def read_formula(text: str, known: Names) -> Reading:
    """Return a formula of a term with its measured values on the scales that they need.

    Raises:
        FormulaError: a name is not known, two measured values are multiplied, or a number has no
            unit.
    """
    tree = parse(text)
    _check_names(tree, known)
    reading = Reading(tree)
    used = [name for alias, name, _ in names(tree) if not alias]
    own = [name for name in used if name not in known.limits and name not in known.constants]
    reading.names = tuple(dict.fromkeys(own))
    for node in list(tree.find_all(*_TESTS)):
        found = _Comparison()
        _balance([_degree(side, known, found) for side in _sides(node)], _sides(node), found)
        tree = _placed(found, known, reading, tree)
    reading.tree = tree
    return reading


def _check_names(tree: exp.Expr, known: Names) -> None:
    there = {*known.columns, *known.limits, *known.constants}
    for alias, name, node in names(tree):
        if alias:
            raise FormulaError(
                f'"{alias}.{name}" cannot be read by a term: give it a name under `reads`',
                offset_of(node),
            )
        if name not in there:
            near = did_you_mean(name, there)
            raise FormulaError(
                f'"{name}" is no limit, column or parameter here{near}', offset_of(node)
            )


def _sides(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.In):
        return [node.this, *node.expressions]
    return [node.this, node.expression]


def _degree(node: exp.Expr, known: Names, found: _Comparison) -> int:
    """Return 1 for a measured value or a limit, 0 for a plain number; note what was met."""
    if isinstance(node, exp.Column) and not node.table:
        if node.name in known.groups:
            found.measured.append(node)
            return 1
        if node.name in known.limits:
            found.limits.append(node)
            return 1
        return 0
    if isinstance(node, exp.Paren | exp.Neg):
        return _degree(node.this, known, found)
    if isinstance(node, exp.Mul):
        degrees = [_degree(side, known, found) for side in (node.this, node.expression)]
        if sum(degrees) > 1:
            raise FormulaError(
                "two measured values are multiplied: multiply one by a number", offset_of(node)
            )
        return sum(degrees)
    if isinstance(node, exp.Add | exp.Sub):
        parts = [node.this, node.expression]
    elif isinstance(node, exp.Case):
        parts = [line.args["true"] for line in node.args["ifs"]]
        parts += [node.args["default"]] if node.args.get("default") else []
    elif isinstance(node, exp.Anonymous) and node.name.lower() in _PICKS:
        parts = node.expressions
    elif isinstance(node, exp.Anonymous) and node.expressions:
        degree = _degree(node.expressions[0], known, found)
        if degree and node.name.lower() != "abs":
            found.rounded = node
        return degree
    else:
        return 0  # a constant, or a condition whose comparisons are looked at by themselves
    return _balance([_degree(part, known, found) for part in parts], parts, found)


def _balance(degrees: list[int], parts: list[exp.Expr], found: _Comparison) -> int:
    """Note the plain numbers that stand beside measured values: they are in a unit as well."""
    if not any(degrees):
        return 0
    for degree, part in zip(degrees, parts, strict=True):
        if degree == 0 and not _is_nothing(part):
            found.numbers.append(part)
    return 1


def _is_nothing(part: exp.Expr) -> bool:
    """Tell whether a part is 0 or missing, which is the same in every unit."""
    inner = part.unnest()
    if isinstance(inner, (exp.Null, exp.Boolean, *_BOOLEAN)):
        return True
    if isinstance(inner, exp.Literal):
        return inner.is_string or not inner.name.strip("0.")
    return False


def _placed(found: _Comparison, known: Names, reading: Reading, tree: exp.Expr) -> exp.Expr:
    groups = tuple(sorted({known.groups[node.name] for node in found.measured}))
    if found.limits or found.numbers:
        for part in found.numbers:
            _check_number(part, known)
            times = exp.Mul(this=exp.Paren(this=part.copy()), expression=_name(SCALE, LIMIT))
            part.replace(exp.Paren(this=times))
        for node in found.limits:
            node.replace(_name(node.name, LIMIT, node))
        reading.limits = _with(reading.limits, *(node.name for node in found.limits))
        if found.numbers:
            reading.limits = _with(reading.limits, SCALE)
        reading.scaled = _with(reading.scaled, OWN, *groups)  # OWN: its unit chooses the limits
        alias = SCALED
    elif len(groups) > 1:
        reading.mixed = _with(reading.mixed, groups)
        alias = mixed_alias(groups)
    else:
        return tree
    if found.rounded is not None:
        raise FormulaError(
            f"{found.rounded.name} would see a value in another unit here: apply it under `reads`",
            offset_of(found.rounded),
        )
    for node in found.measured:
        node.replace(_name(node.name, alias, node))
    return tree


def _with(known: tuple[Item, ...], *more: Item) -> tuple[Item, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _check_number(part: exp.Expr, known: Names) -> None:
    if known.units == 1:
        return
    shown = part.sql()
    if known.units:
        raise FormulaError(
            f"{shown} is in no unit, and the limits are printed in {known.units}: give it a "
            "column of `limits`",
            offset_of(part),
        )
    raise FormulaError(
        f"{shown} is in no unit: give the term a `unit`, or `limits`", offset_of(part)
    )


def _name(name: str, alias: str, old: exp.Expr | None = None) -> exp.Column:
    new = exp.column(name, table=alias)
    if old is not None:
        new.this.meta.update(old.this.meta)
    return new
