"""The terms of a grading as rows of a table: what each is called and which grades it has."""

from __future__ import annotations

from sqlglot import exp

from oncorules.rules.compiler.relation import SQL_TYPES, column
from oncorules.rules.compiler.value_lists import value_list
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.values import Value, text
from oncorules.rules.loading.model import Grading

COLUMNS = ("TERM", "DIRECTION", "TESTS", "GRADES")


def term_rows(grading: Grading) -> tuple[exp.Select, dict[str, Value]]:
    """Return a query of the terms of a grading, and its columns.

    GRADES are the grades that the term has, by its lines or by clinical signs: `1, 2, 3`; TESTS
    the tests that it looks at.

    Raises:
        FormulaError: the grading has no terms.
    """
    if not grading.terms:
        raise FormulaError("the grading has no terms here: name a pack that brings them")
    rows = [
        (
            term.term,
            term.direction,
            ", ".join(term.test),
            ", ".join(map(str, term.all_grades)),
        )
        for term in grading.terms
    ]
    listed = value_list("terms", dict.fromkeys(COLUMNS, SQL_TYPES["text"]), rows)
    query = exp.select(*(column(name) for name in COLUMNS)).from_(listed)
    return query, {name: text(column(name)) for name in COLUMNS}
