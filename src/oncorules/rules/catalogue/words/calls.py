"""The functions and aggregates of the rule language in plain English."""

from __future__ import annotations

from typing import Protocol

from sqlglot import exp

from oncorules.rules.catalogue.words.vocabulary import Vocabulary, is_date
from oncorules.rules.language.aggregates import is_aggregate


class Teller(Protocol):
    """Tells the nodes of a formula."""

    names: Vocabulary

    def value(self, node: exp.Expr) -> str:
        """Return a phrase without brackets."""

    def inner(self, node: exp.Expr) -> str:
        """Return a phrase that can stand inside another one."""

    def truth(self, node: exp.Expr) -> str:
        """Return a condition that can stand inside another phrase."""


#: Calls with a fixed number of arguments; the numbers are their places.
_PHRASES = {
    ("days_between", 2): "the days from {0} to {1}",
    ("months_between", 2): "the months from {0} to {1}",
    ("months_between", 3): "the months of {2} days from {0} to {1}",
    ("calendar_months", 3): "the calendar months from {0} to {1} to {2} decimals",
    ("study_day", 2): "the study day of {0} counted from {1}",
    ("add_days", 2): "the day {1} days after {0}",
    ("day_is_known", 1): "the day of {0} is known",
    ("abs", 1): "the size of {0} without its sign",
    ("round_half_up", 2): "{0} rounded half up to {1} decimals",
    ("ratio", 3): "{0} divided by {1}, shown with {2} decimals",
    ("number", 1): "the number in {0}",
    ("convert", 4): "{0} in the unit {1} of the test {2} converted to {3}",
    ("is_unit", 2): "{0} is a spelling of the unit {1}",
    ("length", 1): "the number of characters of {0}",
    ("upper", 1): "{0} in upper case",
    ("lower", 1): "{0} in lower case",
    ("trim", 1): "{0} without blanks at its ends",
    ("starts_with", 2): "{0} begins with {1}",
    ("ends_with", 2): "{0} ends with {1}",
    ("contains", 2): "{0} contains {1}",
    ("before", 2): "the part of {0} before the first {1}",
    ("occurrences", 2): "how often {1} stands in {0}",
    ("line_of", 1): "the line that decided {0}",
    ("planned_between", 3): "the number of visits that the schedule {0} plans from {1} to {2}",
}
#: Calls with any number of arguments.
_LISTED = {
    "coalesce": "the first that is not missing of",
    "least": "the smallest of",
    "greatest": "the largest of",
    "earliest": "the earliest of",
    "latest": "the latest of",
    "best": "the best of",
    "worst": "the worst of",
    "concat": "the texts joined of",
}
TRUTHS = {"day_is_known", "is_unit", "starts_with", "ends_with", "contains", "bool_or", "bool_and"}
"""The calls whose words are a sentence, true or false."""
_AGGREGATES = {
    "sum": "the sum of {0} over {1}",
    "first": "{0} of the first of {1}",
    "last": "{0} of the last of {1}",
    "best": "the best {0} of {1}",
    "worst": "the worst {0} of {1}",
}
_ENDS = {
    "min": ("the earliest {0} of {1}", "the smallest {0} of {1}"),
    "max": ("the latest {0} of {1}", "the largest {0} of {1}"),
}


def call_words(node: exp.Anonymous, teller: Teller) -> str | None:
    """Return a call of a function in words; None where there are none for it."""
    name, arguments = node.name.lower(), node.expressions
    if name == "coalesce" and len(arguments) == 2:
        other = arguments[1].unnest()
        if isinstance(other, exp.Literal | exp.Boolean):
            return f"{teller.inner(arguments[0])}, taken as {teller.value(other)} where missing"
    if name in ("line_of", "planned_between") and arguments:
        parts = [arguments[0].name, *map(teller.inner, arguments[1:])]
    else:
        parts = [teller.inner(argument) for argument in arguments]
    phrase = _PHRASES.get((name, len(arguments)))
    if phrase is not None:
        return phrase.format(*parts)
    return f"{_LISTED[name]} [{'; '.join(parts)}]" if name in _LISTED else None


def aggregate_words(node: exp.Expr, teller: Teller) -> str | None:
    """Return an aggregate in words, with the rows that it sees; None for any other call.

    The rows are those of a named window, or without one the rows that make up one row of a table.
    """
    rows, filtered = "its rows", ""
    if isinstance(node, exp.Window):
        rows, node = f"the rows called {node.alias}", node.this
    if isinstance(node, exp.Filter):
        filtered = f" for which {teller.truth(node.expression.this)}"
        node = node.this
    if not isinstance(node, exp.Anonymous) or len(node.expressions) != 1:
        return None
    name, argument = node.name.lower(), node.expressions[0]
    if not is_aggregate(name, 1):
        return None
    seen = rows + filtered
    if name == "count":
        if isinstance(argument, exp.Star):
            return f"the number of {seen}"
        return f"the number of {seen} with a value of {teller.inner(argument)}"
    if name in ("bool_or", "bool_and"):
        which = "at least one" if name == "bool_or" else "each"
        return f"for {which} of {seen} it is true that {teller.truth(argument)}"
    phrase = _AGGREGATES.get(name)
    if phrase is None:
        phrase = _ENDS[name][0 if is_date(argument, teller.names) else 1]
    return phrase.format(teller.inner(argument), seen)
