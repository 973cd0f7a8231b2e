"""The terms of a grading as rows of a table: what each is called and which grades it has."""

from __future__ import annotations

from sqlglot import exp

from oncorules.rules.compiler.relation import SQL_TYPES, column
from oncorules.rules.compiler.value_lists import ValueList
from oncorules.rules.language.values import Value, text
from oncorules.rules.loading.model import Grading

COLUMNS = ("TERM", "DIRECTION", "TESTS", "GRADES", "CLINICAL")


def term_rows(grading: Grading) -> tuple[exp.Select, dict[str, Value]]:
    """Return a query of the terms of a grading, and its columns.

    GRADES are the grades that the term has, by its lines or by clinical signs: `1, 2, 3`; CLINICAL
    those that rest on clinical signs alone, TESTS the tests that the term looks at.
    """
    rows = [
        (
            term.term,
            term.direction,
            ", ".join(term.test),
            ", ".join(map(str, term.all_grades)),
            ", ".join(map(str, term.clinical)),
        )
        for term in grading.terms
    ]
    listed = ValueList(dict.fromkeys(COLUMNS, SQL_TYPES["text"]), rows).query()
    query = exp.select(*(column(name) for name in COLUMNS)).from_(listed.subquery("terms"))
    query = query.where(exp.Not(this=exp.Is(this=column("TERM"), expression=exp.Null())))
    return query, {name: text(column(name)) for name in COLUMNS}
