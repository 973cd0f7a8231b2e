"""Lines and decision tables: the first line that is true decides, and its number is kept.

A line number is stored beside each result: positive for the line that decided, negative for the
line that could not be decided (unknown, and no line above was true), 0 when no line was true.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.language.alike import alike, chosen
from oncorules.rules.language.clauses import own_words
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate, translate_condition
from oncorules.rules.language.values import Value, constant, integer, missing
from oncorules.rules.loading.model import OTHERWISE, Column, Decide, FirstTrueLine

LINE = "#line"
ANY_OTHER = "any other text"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def line_number(conditions: Sequence[str], scope: Scope) -> Value:
    """Return which line decides: CASE from the top, stopping at a line that is unknown."""
    ifs: list[exp.Expr] = []
    for number, condition in enumerate(conditions, start=1):
        if condition == OTHERWISE:
            tree: exp.Expr = exp.true()
        else:
            tree = translate_condition(condition, scope).first
        ifs.append(exp.If(this=tree, true=exp.Literal.number(number)))
        if condition != OTHERWISE:
            unknown = exp.Is(this=exp.Paren(this=tree.copy()), expression=exp.Null())
            ifs.append(exp.If(this=unknown, true=exp.Neg(this=exp.Literal.number(number))))
    return integer(trees.cast(exp.Case(ifs=ifs, default=exp.Literal.number(0)), "BIGINT"))


def result(text: str, scope: Scope) -> Value:
    """Return what a line yields: a column, a formula, or a code that is no name here.

    `NON-CR/NON-PD` is a code, `least(a, b)` a formula, `TRGRESP` the column if there is one.
    """
    if text == "null":
        return missing()
    if text in ("true", "false"):
        return constant(text == "true")
    if is_code(text, [scope.columns, scope.parameters, scope.aliases, scope.frames]):
        return constant(text)
    return translate(text, scope)


def is_code(text: str, known: Iterable[Container[str]]) -> bool:
    """Return whether the result of a line is a code: no number, no call, and no name among it.

    Args:
        text: as it stands in the rule file.
        known: the names that a formula may read there.
    """
    if _NUMBER.fullmatch(text) or "(" in text or "'" in text:
        return False
    words = _WORD.findall(text)
    return not any(word in names for names in known for word in words)


def column_of(
    line: Value, results: Sequence[str], if_unknown: str | None, scope: Scope, what: str
) -> Value:
    """Return the column that the deciding line yields.

    Args:
        line: the stored line number.
        results: what each line yields, in order.
        if_unknown: what stands when no line could be decided; missing without it.
        scope: the names of the lines.
        what: the column's name, for messages.
    """
    values = [result(text, scope) for text in results]
    values.append(result(if_unknown, scope) if if_unknown is not None else missing())
    same = alike(values, what)
    if all(value.kind == "missing" for value in same):
        raise FormulaError(f"{what} is never anything but null")

    def build(ends: list[exp.Expr]) -> exp.Expr:
        numbered = [
            exp.If(this=exp.Literal.number(number), true=end)
            for number, end in enumerate(ends[:-1], start=1)
        ]
        chosen_line = exp.Case(this=line.first.copy(), ifs=numbered)
        if if_unknown is None:
            return chosen_line
        below = exp.LT(this=line.first.copy(), expression=exp.Literal.number(0))
        return exp.Case(ifs=[exp.If(this=below, true=ends[-1])], default=chosen_line)

    return chosen(same, build)


def words_of(spec: Column | Decide) -> tuple[str, ...]:
    """Return each line as its id or else in its own words, and each row of a table as its cells."""
    if isinstance(spec, Decide):
        return tuple(line.id or own_words(line.when) for line in spec.lines)
    if spec.first_true is not None:
        return tuple(
            line.id or f"{line.result}: {own_words(line.when)}" for line in spec.first_true
        )
    rows = spec.rows or ()
    return tuple(", ".join(" or ".join(_options(cell)) for cell in row) for row in rows)


def first_true(lines: Sequence[FirstTrueLine], scope: Scope) -> Value:
    """Return the number of the first true line."""
    return line_number([line.when for line in lines], scope)


def decided(decide: Decide, scope: Scope) -> Value:
    """Return the number of the line that sets several columns."""
    return line_number([line.when for line in decide.lines], scope)


def decision_row(
    names: Sequence[str], rows: Sequence[Sequence[str | tuple[str, ...]]], scope: Scope
) -> Value:
    """Return which row of a decision table matches; cells are two-valued, the first row wins."""
    values = [scope.value(exp.column(name)) for name in names]
    ifs: list[exp.Expr] = []
    for number, row in enumerate(rows, start=1):
        cells = [
            cell
            for value, options in zip(values, row[:-1], strict=True)
            if (cell := _cell(value, options)) is not None
        ]
        tree = exp.and_(*cells) if cells else exp.true()
        ifs.append(exp.If(this=tree, true=exp.Literal.number(number)))
    _refuse_gaps(names, values, rows)
    return integer(trees.cast(exp.Case(ifs=ifs, default=exp.Literal.number(0)), "BIGINT"))


def _options(cell: str | tuple[str, ...]) -> tuple[str, ...]:
    return cell if isinstance(cell, tuple) else (cell,)


def _cell(value: Value, cell: str | tuple[str, ...]) -> exp.Expr | None:
    options = _options(cell)
    if "any" in options:
        return None
    tests: list[exp.Expr] = []
    codes = [option for option in options if option != "missing"]
    if codes:
        if value.kind != "text":
            raise FormulaError(f"a decision table compares texts, and this is a {value.kind}")
        for code in codes:
            if value.codes is not None and code not in value.codes:
                listed = ", ".join(sorted(value.codes))
                raise FormulaError(f'"{code}" cannot occur here; it is one of {listed}')
        literals = [exp.Literal.string(code) for code in codes]
        found = exp.In(this=value.first.copy(), expressions=literals)
        tests.append(exp.Coalesce(this=found, expressions=[exp.false()]))
    if "missing" in options:
        tests.append(exp.Is(this=value.first.copy(), expression=exp.Null()))
    return exp.Paren(this=exp.or_(*tests))


def _refuse_gaps(
    names: Sequence[str],
    values: Sequence[Value],
    rows: Sequence[Sequence[str | tuple[str, ...]]],
) -> None:
    """Refuse a table that leaves a combination of its own values without a row."""
    domains: list[list[str]] = []
    for place, value in enumerate(values):
        said = {option for row in rows for option in _options(row[place])}
        domain = (set(value.codes) if value.codes is not None else said) - {"any", "missing"}
        # A column of the export may hold any text, so only a row of `any` makes the table total.
        other = [] if value.codes is not None else [ANY_OTHER]
        domains.append([*sorted(domain), *other, "missing"])
    open_cells: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while open_cells:
        depth, combination = open_cells.pop()
        live = [row for row in rows if _matches(row, combination)]
        if not live:
            shown = ", ".join(
                f"{name} {value}" for name, value in zip(names, combination, strict=False)
            )
            raise FormulaError(f"no row of the table answers {shown}: add one, or a last `any` row")
        if depth == len(domains) or all(_open_from(live[0], depth)):
            continue
        open_cells += [(depth + 1, (*combination, value)) for value in reversed(domains[depth])]


def _matches(row: Sequence[str | tuple[str, ...]], combination: tuple[str, ...]) -> bool:
    return all(
        "any" in _options(cell) or value in _options(cell)
        for cell, value in zip(row, combination, strict=False)
    )


def _open_from(row: Sequence[str | tuple[str, ...]], depth: int) -> list[bool]:
    return ["any" in _options(cell) for cell in row[depth:-1]]
