"""The subjects of an export: how many there are, and what rules say of the rows of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from sqlglot import exp

from oncorules.engine import trees
from oncorules.errors import CallError, did_you_mean
from oncorules.rules.compiler.checks import Plan
from oncorules.rules.compiler.relation import FILE, ROW, column, qualified
from oncorules.rules.loading.loaded import RuleInstance
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
        .from_(trees.table(name))
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
    counts = dict.fromkeys([*having, ""], 0)  # a table without rows yields no group
    return counts | {name or "": number for name, number in session.engine.run(query).fetchall()}


def list_values(session: Session, name: str) -> list[str]:
    """Return every value that a column has in any table of the export, sorted.

    Args:
        session: with the export loaded.
        name: the column, such as `USUBJID`.
    """
    found: set[str] = set()
    for label, table in session.tables.items():
        if name in table.columns:
            query = exp.select(column(name)).distinct().from_(trees.table(label))
            found |= {text for (text,) in session.engine.run(query).fetchall() if text}
    return sorted(found)


def require_subject(session: Session, subject: str) -> None:
    """Refuse a subject that no table has.

    Raises:
        CallError: `no table has the subject "01-702"; did you mean "01-701"?`
    """
    known = list_values(session, SUBJECT)
    if subject not in known:
        raise CallError(f'no table has the subject "{subject}"{did_you_mean(subject, known)}')


def count_outcomes(
    session: Session,
    rules: Sequence[tuple[RuleInstance, str]],
    subject: str,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Counter[int]]:
    """Return how many rows of a subject have which outcome, for each rule.

    Args:
        session: the run.
        rules: each rule on its table, with the pack that brought it.
        subject: the subject.
        progress: called with what is being done, how many steps are done, and of how many.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for place, (one, pack) in enumerate(rules):
        groups.setdefault((pack, one.table), []).append(place)
    counts: list[Counter[int]] = [Counter() for _ in rules]
    for number, ((pack, table), places) in enumerate(groups.items()):
        if progress is not None:
            progress(f"{table}: {len(places)} rules", number, len(groups))
        members = [rules[place][0] for place in places]
        plan = session.workspace.plan(table, members, [pack] * len(members))
        query = _masks_of_subject(plan, subject)
        if query is None:
            continue
        for *masks, rows in session.engine.run(query).fetchall():
            bits = dict(zip(plan.masks, masks, strict=True))
            for place, rule in zip(places, plan.rules, strict=True):
                counts[place][bits[rule.mask] >> rule.shift & 3] += rows
    return counts


def _masks_of_subject(plan: Plan, subject: str) -> exp.Select | None:
    """Return the query that counts the masks of a subject's rows; None when rows name nobody."""
    relation, masks = plan.relation, [column(mask, "e") for mask in plan.masks]
    if SUBJECT not in relation.columns:
        return None
    query = exp.select(*(mask.copy() for mask in masks), exp.Count(this=exp.Star()))
    query = query.from_(plan.query.subquery("e")).group_by(*masks)
    wanted = exp.Literal.string(subject)
    if not relation.has_rows:
        if SUBJECT not in relation.key:
            return None
        return query.where(exp.EQ(this=column(f"#key.{SUBJECT}", "e"), expression=wanted))
    own = qualified(relation.columns[SUBJECT], "s").first
    same = exp.and_(column(ROW, "e").eq(column(ROW, "s")), column(FILE, "e").eq(column(FILE, "s")))
    source = exp.alias_(relation.table, "s", table=True, quoted=True)
    return query.join(source, on=same).where(exp.EQ(this=own, expression=wanted))
