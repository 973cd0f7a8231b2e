"""Formulas in plain Python: decimals, three answers, dates as (first, last) pairs.

Written from the language's description, not from the compiler: a formula is a tuple
(operator, part, ...), nothing is parsed, nothing is SQL. A missing value and an unknown truth are
None; a date or a number is a pair of its least and greatest possible value.

`evaluate` gives the value of a formula on a row, `write` gives its text.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

EXACT = Context(prec=80)
MONTH = Decimal("30.4375")
Formula = tuple[Any, ...]
Row = Mapping[str, Any]
INFIX = ("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "and", "or")


def write(formula: Formula) -> str:
    """Return the text of a formula, with brackets wherever they do no harm."""
    operator, *parts = formula
    match operator:
        case "column":
            return str(parts[0])
        case "number":
            return format(parts[0], "f")
        case "text" | "date":
            return "'" + parts[0].replace("'", "''") + "'"
        case "truth":
            return "true" if parts[0] else "false"
        case "null":
            return "null"
        case "not":
            return f"not ({write(parts[0])})"
        case "negative":
            return f"-({write(parts[0])})"
        case "is null":
            return f"({write(parts[0])}) is null"
        case "months_at_least":
            return f"months_between({write(parts[0])}, {write(parts[1])}) >= {write(parts[2])}"
        case "between":
            return f"({write(parts[0])}) between {write(parts[1])} and {write(parts[2])}"
        case "in":
            return f"({write(parts[0])}) in ({', '.join(map(write, parts[1:]))})"
        case "case":
            *lines, default = parts
            whens = "".join(f" when {write(c)} then {write(v)}" for c, v in lines)
            return f"case{whens} else {write(default)} end"
        case _ if operator in INFIX:
            return f"({write(parts[0])}) {operator} ({write(parts[1])})"
        case _:
            return f"{operator}({', '.join(map(write, parts))})"


def ends_of_date(text: str) -> tuple[date, date]:
    """Return the first and last day of `2014`, `2014-02` or `2014-02-05`."""
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 1:
        return date(numbers[0], 1, 1), date(numbers[0], 12, 31)
    if len(numbers) == 2:
        return date(*numbers, 1), date(*numbers, monthrange(*numbers)[1])
    return date(*numbers), date(*numbers)


def read(kind: str, text: str | None) -> Any:
    """Return the value of a cell."""
    if text is None:
        return None
    if kind == "date":
        return ends_of_date(text)
    if kind in ("integer", "number"):
        return Decimal(text), Decimal(text)
    return text == "true" if kind == "boolean" else text


def show(value: Any) -> str | None:
    """Return the text of a value; a number in doubt has none."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    first, last = value
    if isinstance(first, date):
        return _show_date(first, last)
    if first != last:
        return None
    plain = format(first, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def _show_date(first: date, last: date) -> str:
    for text in (first.isoformat(), first.isoformat()[:7], first.isoformat()[:4]):
        if ends_of_date(text) == (first, last):
            return text
    return f"{first}/{last}"


def evaluate(formula: Formula, row: Row) -> Any:
    """Return the value of a formula on a row."""
    operator, *parts = formula
    if operator == "column":
        return row[parts[0]]
    if operator == "number":
        return parts[0], parts[0]
    if operator == "date":
        return ends_of_date(parts[0])
    if operator in ("text", "truth"):
        return parts[0]
    if operator == "null":
        return None
    if operator == "case":
        return _case(parts, row)
    return OPERATORS[operator](*(evaluate(part, row) for part in parts))


def _case(parts: list[Any], row: Row) -> Any:
    *lines, default = parts
    for condition, value in lines:
        truth = evaluate(condition, row)
        if truth is None:
            return None
        if truth:
            return evaluate(value, row)
    return evaluate(default, row)


# truth ------------------------------------------------------------------------------------------


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: bool | None, right: bool | None) -> bool | None:
    return _not(_and(_not(left), _not(right)))


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return None
    if not isinstance(left, tuple):
        return bool(left == right)
    if left[0] == left[1] == right[0] == right[1]:
        return True
    return False if left[1] < right[0] or right[1] < left[0] else None


def _less(left: Any, right: Any) -> bool | None:
    """Tell whether left < right for all possible values, for none, or neither."""
    if left is None or right is None:
        return None
    if left[1] < right[0]:
        return True
    return False if left[0] >= right[1] else None


def _between(value: Any, low: Any, high: Any) -> bool | None:
    return _and(_not(_less(value, low)), _not(_less(high, value)))


def _in(value: Any, *options: Any) -> bool | None:
    answer: bool | None = False
    for option in options:
        answer = _or(answer, _equal(value, option))
    return answer


# numbers ----------------------------------------------------------------------------------------


def _known(value: Any) -> Any:
    return None if value is None or value[0] != value[1] else value


def _add(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    return EXACT.add(left[0], right[0]), EXACT.add(left[1], right[1])


def _negative(value: Any) -> Any:
    return None if value is None else (EXACT.minus(value[1]), EXACT.minus(value[0]))


def _multiply(left: Any, right: Any) -> Any:
    left, right = _known(left), _known(right)
    if left is None or right is None:
        return None
    return (EXACT.multiply(left[0], right[0]),) * 2


def _round(value: Any, places: Any) -> Any:
    value = _known(value)
    if value is None:
        return None
    step = Decimal(1).scaleb(-int(places[0]))
    rounded = value[0].quantize(step, rounding=ROUND_HALF_UP, context=EXACT)
    # A rounded number is a measurement again: more than 12 digits before the point are too many.
    return None if rounded.copy_abs() >= 10**12 else (rounded, rounded)


def _abs(value: Any) -> Any:
    value = _known(value)
    return None if value is None else (EXACT.abs(value[0]),) * 2


def _pick(best: Callable[..., Any]) -> Callable[..., Any]:
    def pick(*values: Any) -> Any:
        known = [value for value in values if value is not None]
        if not known:
            return None
        return best(first for first, _ in known), best(last for _, last in known)

    return pick


# dates ------------------------------------------------------------------------------------------


def _days_between(start: Any, end: Any) -> Any:
    if start is None or end is None:
        return None
    return Decimal((end[0] - start[1]).days), Decimal((end[1] - start[0]).days)


def _study_day(day: Any, reference: Any) -> Any:
    between = _days_between(reference, day)
    if between is None:
        return None
    return tuple(days + 1 if days >= 0 else days for days in between)


def _add_days(day: Any, days: Any) -> Any:
    if day is None or days is None:
        return None
    return day[0] + timedelta(int(days[0])), day[1] + timedelta(int(days[1]))


def _months_at_least(start: Any, end: Any, months: Any) -> bool | None:
    """Tell whether a number of months lies between: days against months times 30.4375."""
    days = _days_between(start, end)
    if days is None or months is None:
        return None
    return _not(_less(days, tuple(EXACT.multiply(each, MONTH) for each in months)))


# texts ------------------------------------------------------------------------------------------


def _of_texts(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *texts: None if None in texts else function(*texts)


OPERATORS: dict[str, Callable[..., Any]] = {
    "=": _equal,
    "<>": lambda left, right: _not(_equal(left, right)),
    "<": _less,
    ">": lambda left, right: _less(right, left),
    "<=": lambda left, right: _not(_less(right, left)),
    ">=": lambda left, right: _not(_less(left, right)),
    "and": _and,
    "or": _or,
    "not": _not,
    "between": _between,
    "in": _in,
    "is null": lambda value: value is None,
    "+": _add,
    "-": lambda left, right: _add(left, _negative(right)),
    "*": _multiply,
    "negative": _negative,
    "abs": _abs,
    "round_half_up": _round,
    "least": _pick(min),
    "greatest": _pick(max),
    "earliest": _pick(min),
    "latest": _pick(max),
    "coalesce": lambda *values: next((v for v in values if v is not None), None),
    "days_between": _days_between,
    "study_day": _study_day,
    "add_days": _add_days,
    "day_is_known": lambda day: day is not None and day[0] == day[1],
    "months_at_least": _months_at_least,
    "length": _of_texts(lambda text: (Decimal(len(text)),) * 2),
    "upper": _of_texts(str.upper),
    "lower": _of_texts(str.lower),
    "starts_with": _of_texts(str.startswith),
    "ends_with": _of_texts(str.endswith),
    "contains": _of_texts(lambda text, part: part in text),
    "before": _of_texts(lambda text, part: text.split(part)[0]),
    "occurrences": _of_texts(lambda text, part: (Decimal(text.count(part)),) * 2),
    "concat": _of_texts(lambda *texts: "".join(texts)),
}
