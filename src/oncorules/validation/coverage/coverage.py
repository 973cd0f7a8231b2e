"""What the rules of a run looked at, and what of the export they did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from oncorules.validation.coverage.looked_at import (
    TableLookedAt,
    VariableLookedAt,
    find_tables,
    find_variables,
)
from oncorules.validation.coverage.reads import columns_read
from oncorules.validation.coverage.rows import RowsSeen, cover_rows
from oncorules.validation.coverage.untested import Untested, find_untested, without_answer

if TYPE_CHECKING:
    from oncorules.rules.session import Session
    from oncorules.validation.status import RuleStatus

COLUMNS = ("part", "table", "name", "state", "rows", "rules", "first row", "said")
Cell = str | int | None
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Coverage:
    """What content rules looked at; the structure contract looks at every table and variable.

    Attributes:
        tables: those that rules read or the export has.
        variables: those that are wanted and missing, and those that decide no answer.
        rules: those without an answer, and those that were never put to the test.
        rows: by table, the rows that the same rules saw; empty when rows were not asked for.
        left_out: for tables with very many sets of rules, how many of them are not in `rows`.
    """

    tables: Sequence[TableLookedAt]
    variables: Sequence[VariableLookedAt]
    rules: Sequence[Untested]
    rows: Sequence[RowsSeen] = ()
    left_out: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return asdict(self)

    def lines(self) -> Iterator[tuple[Cell, ...]]:
        """Go through all of it as rows of one table with the columns `COLUMNS`."""
        for one in self.tables:
            said = f"{one.silent} of the rules without an answer" if one.silent else None
            yield "table", one.table, None, one.state, one.rows, one.read_by, None, said
        for variable in self.variables:
            place = ("variable", variable.table, variable.variable)
            named = ", ".join(variable.rules) or None
            yield *place, variable.state, None, len(variable.rules), None, named
        for rule in self.rules:
            place = ("rule", rule.table, rule.rule_id)
            yield *place, rule.state, rule.rows, None, None, rule.reason or None
        for seen in self.rows:
            state = "seen" if seen.rules else "seen by no rule"
            named = ", ".join(seen.rules) or None
            yield "rows", seen.table, None, state, seen.rows, len(seen.rules), seen.first, named
        for table, more in self.left_out.items():
            said = f"{more:,} more sets of rules, of fewer rows each"
            yield "rows", table, None, "left out", None, None, None, said


def measure_coverage(session: Session, progress: Progress | None = None) -> Coverage:
    """Return what the rules of a run looked at, down to which rules saw which rows.

    Args:
        session: the export and the rules.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        RuleError: a rule does not fit the tables.
    """
    rows = cover_rows(session, progress)
    bare = coverage_of(session, rows.statuses)
    untested = find_untested(session, rows.statuses, progress)
    return Coverage(bare.tables, bare.variables, [*bare.rules, *untested], rows.seen, rows.left_out)


def coverage_of(session: Session, statuses: Sequence[RuleStatus]) -> Coverage:
    """Return what is known without reading any row: tables, variables, rules without an answer.

    Args:
        session: the export and the rules.
        statuses: what became of each rule; those of the structure contract are passed over.
    """
    reads = columns_read(session)
    content = [one for one in statuses if (one.rule_id, one.table) in reads]
    return Coverage(
        find_tables(session, content, reads),
        find_variables(session, reads),
        without_answer(content),
    )
