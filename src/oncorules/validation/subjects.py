"""How many subjects an export holds."""

from __future__ import annotations

from sqlglot import exp

from oncorules.rules.relation import column
from oncorules.rules.session import Session

SUBJECT = "USUBJID"


def count_subjects(session: Session) -> dict[str, int]:
    """Return the number of subjects by table, and of the whole export under the empty name."""
    having = [name for name, table in session.tables.items() if SUBJECT in table.columns]
    if not having:
        return {}
    selects = [
        exp.select(
            exp.alias_(exp.Literal.string(name), "name", quoted=True),
            exp.alias_(column(SUBJECT), "subject", quoted=True),
        )
        .from_(exp.Table(this=exp.to_identifier(name, quoted=True)))
        .distinct()
        for name in having
    ]
    everyone: exp.Query = selects[0]
    for more in selects[1:]:
        everyone = everyone.union(more, distinct=False)
    counted = exp.Count(this=exp.Distinct(expressions=[column("subject")]))
    sets = exp.GroupingSets(expressions=[exp.Tuple(expressions=[column("name")]), exp.Tuple()])
    query = exp.select(column("name"), counted).from_(everyone.subquery("everyone"))
    query.set("group", exp.Group(grouping_sets=[sets]))
    return {name or "": number for name, number in session.engine.run(query).fetchall()}
