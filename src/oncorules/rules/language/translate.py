"""From a checked formula to a typed engine tree, with the types and units held on the way."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlglot import exp

from oncorules.rules.language import aggregates, functions
from oncorules.rules.language.alike import alike, chosen
from oncorules.rules.language.compare import compare
from oncorules.rules.language.formula import COMPARISONS, FormulaError, offset_of, parsed
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.values import (
    Value,
    as_decimal,
    boolean,
    constant,
    decimal,
    fits,
    missing,
    refuse_shown,
    same_unit,
    settled,
)


def translate(text: str, scope: Scope) -> Value:
    """Return the typed value of a formula.

    Args:
        text: the formula as written.
        scope: what its names mean.

    Raises:
        FormulaError: a name, a type, a unit or a function does not fit; says which and why.
    """
    return translate_tree(parsed(text), scope)


def translate_condition(text: str, scope: Scope) -> Value:
    """Return the truth value of a condition, or refuse a formula that has none."""
    value = translate(text, scope)
    if value.kind != "boolean":
        raise FormulaError(f"a condition that is true or false was expected, not a {value.kind}")
    return value


def translate_tree(node: exp.Expr, scope: Scope) -> Value:
    """Return the typed value of one node of a checked formula."""
    try:
        return _translated(node, scope)
    except FormulaError as error:
        raise FormulaError(str(error), error.offset or offset_of(node)) from None


def _translated(node: exp.Expr, scope: Scope) -> Value:
    if isinstance(node, COMPARISONS):
        return compare(type(node), _child(node.this, scope), _child(node.expression, scope))
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise FormulaError(f"{type(node).__name__.lower()} cannot stand here")
    return handler(node, scope)


def _child(node: exp.Expr, scope: Scope) -> Value:
    return translate_tree(node, scope)


def _truth(node: exp.Expr, scope: Scope, word: str) -> exp.Expr:
    value = _child(node, scope)
    if value.kind not in ("boolean", "missing"):
        raise FormulaError(
            f'"{word}" joins conditions, and this is a {value.kind}', offset_of(node)
        )
    return value.first


def _name(node: exp.Expr, scope: Scope) -> Value:
    assert isinstance(node, exp.Column)
    if node.table in scope.frames:
        return aggregates.one_row(node, scope)
    return scope.value(node)


def _literal(node: exp.Expr, scope: Scope) -> Value:
    assert isinstance(node, exp.Literal)
    return constant(node.name if node.is_string else Decimal(node.name))


def _logic(node: exp.Expr, scope: Scope) -> Value:
    word = "and" if isinstance(node, exp.And) else "or"
    left = _truth(node.this, scope, word)
    right = _truth(node.args["expression"], scope, word)
    return boolean(exp.Paren(this=type(node)(this=left, expression=right)))


def _not(node: exp.Expr, scope: Scope) -> Value:
    return boolean(exp.Not(this=exp.Paren(this=_truth(node.this, scope, "not"))))


def _paren(node: exp.Expr, scope: Scope) -> Value:
    value = _child(node.this, scope)
    return value if value.kind != "boolean" else boolean(exp.Paren(this=value.first))


def _between(node: exp.Expr, scope: Scope) -> Value:
    low = compare(exp.GTE, _child(node.this, scope), _child(node.args["low"], scope))
    high = compare(exp.LTE, _child(node.this, scope), _child(node.args["high"], scope))
    return boolean(exp.Paren(this=exp.And(this=low.first, expression=high.first)))


def _in(node: exp.Expr, scope: Scope) -> Value:
    if not node.expressions:
        raise FormulaError("a list of values in brackets was expected after `in`")
    value = _child(node.this, scope)
    options = [_child(option, scope) for option in node.expressions]
    equals = [compare(exp.EQ, value, option).first for option in options]
    if value.kind == "text" and all(option.literal is not None for option in options):
        found = exp.In(
            this=value.first.copy(), expressions=[option.first.copy() for option in options]
        )
        return boolean(exp.Paren(this=found))
    return boolean(exp.Paren(this=exp.or_(*equals)))


def _is(node: exp.Expr, scope: Scope) -> Value:
    if not isinstance(node.expression, exp.Null):
        raise FormulaError("only `is null` and `is not null` are in the language")
    value = _child(node.this, scope)  # a number in doubt is there, as a partial date is
    this = exp.Paren(this=value.first.copy()) if value.kind == "boolean" else value.first.copy()
    return boolean(exp.Paren(this=exp.Is(this=this, expression=exp.Null())))


def _case(node: exp.Expr, scope: Scope) -> Value:
    """Return CASE with three answers: an undecidable line stops the reading."""
    if node.this is not None:
        raise FormulaError("write `case when condition then value`")
    lines = [
        (_truth(line.this, scope, "when"), _child(line.args["true"], scope))
        for line in node.args["ifs"]
    ]
    default = _child(node.args["default"], scope) if node.args.get("default") else missing()
    values = alike([value for _, value in lines] + [default], "case")
    return chosen(values, lambda ends: _stopping(lines, ends))


def _stopping(lines: list[tuple[exp.Expr, Value]], results: list[exp.Expr]) -> exp.Expr:
    ifs = []
    for (condition, _), result in zip(lines, results, strict=False):
        ifs.append(exp.If(this=condition.copy(), true=result))
        unknown = exp.Is(this=exp.Paren(this=condition.copy()), expression=exp.Null())
        ifs.append(exp.If(this=unknown, true=exp.Null()))
    return exp.Case(ifs=ifs, default=results[-1])


def _add(node: exp.Expr, scope: Scope) -> Value:
    left, right = _terms(node, scope)
    unit = same_unit(left, right, "the sum")
    whole = max(left.digits[0] - left.digits[1], right.digits[0] - right.digits[1]) + 1
    digits = fits(whole, max(left.digits[1], right.digits[1]), "the sum")
    low, high = as_decimal(left, digits)
    other_low, other_high = as_decimal(right, digits)
    if isinstance(node, exp.Sub):
        other_low, other_high = other_high, other_low
    operator = type(node)
    two_ends = left.last is not None or right.last is not None
    return Value(
        "integer" if digits[1] == 0 else "number",
        _exact(operator(this=low, expression=other_low), digits),
        _exact(operator(this=high, expression=other_high), digits) if two_ends else None,
        digits=digits,
        unit=unit,
    )


def _multiply(node: exp.Expr, scope: Scope) -> Value:
    left, right = _terms(node, scope)
    if left.last is not None or right.last is not None:
        left, right = settled(left), settled(right)
    scale = left.digits[1] + right.digits[1]
    whole = left.digits[0] + right.digits[0] - scale
    digits = fits(whole, scale, "the product")
    wide = (max(19, left.digits[0]), left.digits[1]) if digits[0] > 18 else left.digits
    factor, other = as_decimal(left, wide)[0], as_decimal(right, right.digits)[0]
    return Value(
        "integer" if scale == 0 else "number",
        _exact(exp.Mul(this=factor, expression=other), digits),
        digits=digits,
        unit=_product_unit(left.unit, right.unit),
    )


def _product_unit(left: str | None, right: str | None) -> str | None:
    if left and right:
        return "*".join(sorted([left, right]))
    return left or right


def _exact(tree: exp.Expr, digits: tuple[int, int]) -> exp.Expr:
    return decimal(exp.Paren(this=tree), digits)


def _negate(node: exp.Expr, scope: Scope) -> Value:
    value = _number(_child(node.this, scope), node.this)
    if isinstance(value.literal, Decimal):
        return constant(-value.literal, unit=value.unit)
    low, high = as_decimal(value, value.digits)
    first, last = exp.Neg(this=exp.Paren(this=high)), exp.Neg(this=exp.Paren(this=low))
    return Value(
        value.kind,
        first,
        last if value.last is not None else None,
        digits=value.digits,
        unit=value.unit,
    )


def _terms(node: exp.Expr, scope: Scope) -> tuple[Value, Value]:
    left = _number(_child(node.this, scope), node.this)
    right = _number(_child(node.args["expression"], scope), node.args["expression"])
    return left, right


def _number(value: Value, node: exp.Expr) -> Value:
    if value.kind == "date":
        raise FormulaError(
            "dates are not added or subtracted: use days_between(a, b) or add_days(a, n)",
            offset_of(node),
        )
    refuse_shown(value)
    if not value.numeric:
        raise FormulaError(f"arithmetic needs a number, and this is a {value.kind}")
    if value.months is not None:
        raise FormulaError(
            "months_between is compared with a number as it stands; move the arithmetic to the "
            "other side",
            offset_of(node),
        )
    return value


def _call(node: exp.Expr, scope: Scope) -> Value:
    assert isinstance(node, exp.Anonymous)
    name = node.name.lower()
    if aggregates.is_aggregate(name, len(node.expressions)):
        return aggregates.bare(node, scope, translate_tree)
    arguments = [
        missing() if isinstance(argument, exp.Star) else _child(argument, scope)
        for argument in (node.expressions if name != "planned_between" else node.expressions[1:])
    ]
    return functions.call(node, arguments, scope)


_HANDLERS: dict[type[exp.Expr], Callable[[exp.Expr, Scope], Value]] = {
    exp.Column: _name,
    exp.Literal: _literal,
    exp.Boolean: lambda node, scope: constant(bool(node.this)),
    exp.Null: lambda node, scope: missing(),
    exp.Paren: _paren,
    exp.And: _logic,
    exp.Or: _logic,
    exp.Not: _not,
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    exp.Case: _case,
    exp.Add: _add,
    exp.Sub: _add,
    exp.Mul: _multiply,
    exp.Neg: _negate,
    exp.Anonymous: _call,
    exp.Window: lambda node, scope: aggregates.windowed(node, scope, translate_tree),
    exp.Filter: lambda node, scope: aggregates.bare(node, scope, translate_tree),
}
