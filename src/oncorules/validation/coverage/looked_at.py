"""Tables and variables: what the rules of a run want, and what the export has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from oncorules.validation.coverage.reads import Reads

if TYPE_CHECKING:
    from oncorules.rules.session import Session
    from oncorules.validation.status import RuleStatus

TableState = Literal["seen", "no rows", "missing", "not looked at", "unknown to the standard"]
VariableState = Literal["missing", "required and missing", "not read"]
TABLE_STATES: tuple[TableState, ...] = (
    "missing",
    "no rows",
    "unknown to the standard",
    "not looked at",
    "seen",
)
_ANSWERED = ("met", "not met")


@dataclass(frozen=True)
class TableLookedAt:
    """One table that rules want or the export has.

    Attributes:
        table: its name.
        state: `seen` (it has rows and rules read it), `no rows`, `missing` (rules read it, and the
            export has none), `not looked at` (it has rows and no rule reads it), or
            `unknown to the standard` (the table model does not have it).
        rows: its rows; None where the export has no such table.
        checked_by: how many rules are applied to it.
        read_by: how many rules read it in any way, those among them.
        silent: how many of these could not answer: neither met nor not met.
    """

    table: str
    state: TableState
    rows: int | None
    checked_by: int
    read_by: int
    silent: int


@dataclass(frozen=True)
class VariableLookedAt:
    """One variable of a table of the export that something is to be said of.

    Attributes:
        table: the table.
        variable: the variable.
        state: `missing` (rules read it, and the export does not have it), `required and missing`
            (the same of a variable that the table model requires, whether rules read it or not),
            or `not read` (the export has it, and it decides no answer).
        rules: the rules that read it.
    """

    table: str
    variable: str
    state: VariableState
    rules: tuple[str, ...] = ()


def find_tables(
    session: Session, statuses: Sequence[RuleStatus], reads: Mapping[tuple[str, str], Reads]
) -> list[TableLookedAt]:
    """Return every table that rules read or the export has, what is amiss first.

    Args:
        session: the export and its rules.
        statuses: what became of each rule; those of structure are passed over.
        reads: what each rule reads.
    """
    rows = {name: table.rows for name, table in session.tables.items()}
    found = []
    for name in {*rows, *(table for read in reads.values() for table in read)}:
        readers = [one for one in statuses if name in reads.get((one.rule_id, one.table), ())]
        checked = sum(one.table == name for one in readers)
        silent = sum(one.status not in _ANSWERED for one in readers)
        state = _state(session, name, bool(readers))
        found.append(TableLookedAt(name, state, rows.get(name), checked, len(readers), silent))
    return sorted(found, key=lambda one: (TABLE_STATES.index(one.state), one.table))


def _state(session: Session, name: str, read: bool) -> TableState:
    table = session.tables.get(name)
    if table is None:
        return "missing"
    if table.model is None:
        return "unknown to the standard"
    if not table.rows:
        return "no rows"
    return "seen" if read else "not looked at"


def find_variables(
    session: Session, reads: Mapping[tuple[str, str], Reads]
) -> list[VariableLookedAt]:
    """Return the variables that rules or the table model want and that no rule reads.

    A table that no rule reads and the model does not know has none of them: it is told of as a
    whole. The columns of a table's key name its rows, and count as read.

    Args:
        session: the export and its rules.
        reads: what each rule reads.
    """
    readers: dict[tuple[str, str], list[str]] = {}
    for (rule, _), read in reads.items():
        for table, columns in read.items():
            for column in columns:
                named = readers.setdefault((table, column), [])
                if rule not in named:
                    named.append(rule)
    looked_at = {table for read in reads.values() for table in read}
    found: list[VariableLookedAt] = []
    for name, loaded in session.tables.items():
        missing = {column for table, column in readers if table == name} - loaded.columns.keys()
        for column in sorted({*missing, *loaded.missing_required}):
            required = column in loaded.missing_required
            state: VariableState = "required and missing" if required else "missing"
            rules = tuple(readers.get((name, column), ()))
            found.append(VariableLookedAt(name, column, state, rules))
        if name in looked_at:
            found += [
                VariableLookedAt(name, column, "not read")
                for column in loaded.columns
                if (name, column) not in readers and column not in loaded.key
            ]
    return found
