"""The structure contract of a table, as the table model has it: a list of checks on its columns.

```text
LB.LBSEQ.column      the column is there                  one answer for the table
LB.LBSEQ.required    every row has a value
LB.LBSTRESN.type     what is there reads as a number      missing values are not in scope
LB.LBFAST.codes      what is there is a value of a code list that its owner has closed
LB.DOMAIN.length     what is there is not too long
```

A value that cannot be read is filled, so it is one finding and not two; its code is not looked up.
A column that the export does not have has no rows in scope, unless the model requires it.

All are errors, code lists too: CDISC calls values outside a list that is not extensible not
conformant (SDTM controlled terminology; SDTMIG 3.3, section 4.3), and only such lists are
enforced. Keys, references and everything across rows or tables are rules, not structure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from oncorules.validation.status import RuleStatus

if TYPE_CHECKING:
    from oncorules.data.model import Column, Model
    from oncorules.engine.tables import LoadedTable

Part = Literal["column", "required", "type", "codes", "length"]
PACK = "structure"
OWN_SOURCE, OWN_VERSION = "the study's own table model", "own"
SHOWN_CODES = 10
_VERSION = re.compile(r"\bv([0-9]+(?:\.[0-9]+)*)")
_KINDS = {
    "integer": ("whole numbers", "a whole number (of at most 18 digits)"),
    "number": ("numbers", "a number (of at most 12 digits before the point)"),
    "date": ("dates", "a date (ISO 8601, such as 2023-02-28 or 2023-02, from 1800 to 2200)"),
    "boolean": ("truth values", "a truth value (true, false, yes, no, y, n, 1 or 0)"),
}


@dataclass(frozen=True)
class Check:
    """One check of a contract.

    Attributes:
        column: the column, as the model spells it.
        part: what is asked of it.
        type: the declared type of the column.
        present: whether the export has the column.
        title: the check in one line.
        message: what a finding says: one text, or two with the offending value between them.
        source: the standard and its version, and the code list.
        codes: the allowed values, for `codes`.
        length: the most characters, for `length`.
    """

    column: str
    part: Part
    type: str
    present: bool
    title: str
    message: tuple[str, ...]
    source: str
    codes: tuple[str, ...] = ()
    length: int = 0


@dataclass(frozen=True)
class Contract:
    """The checks of one loaded table.

    Attributes:
        table: the table.
        checks: its checks, in the model's order of columns.
        version: the version of the standard.
    """

    table: LoadedTable
    checks: tuple[Check, ...]
    version: str

    def rule_id(self, check: Check) -> str:
        """Return the id of a check, such as `LB.LBSTRESN.type`."""
        return f"{self.table.name}.{check.column}.{check.part}"

    def live(self) -> list[tuple[int, Check]]:
        """Return the checks that look at rows, with their numbers."""
        return [
            (number, check)
            for number, check in enumerate(self.checks)
            if check.present and check.part != "column"
        ]

    def columns(self) -> dict[str, list[tuple[int, Check]]]:
        """Return the checks that look at rows, by column; a column without one is not read."""
        found: dict[str, list[tuple[int, Check]]] = {}
        for number, check in self.live():
            found.setdefault(check.column, []).append((number, check))
        return found


@dataclass
class Tally:
    """What one way of running a contract counted.

    Attributes:
        read: for each column, the rows with a value that reads as its type.
        failing: for each check by its number, the rows that break it; 1 for a missing column.
    """

    read: dict[str, int] = field(default_factory=dict)
    failing: dict[int, int] = field(default_factory=dict)


def contract_of(table: LoadedTable, model: Model) -> Contract:
    """Return the contract of a loaded table; without checks when the model does not know it."""
    if table.model is None:
        return Contract(table, (), "")
    source = table.model.source or OWN_SOURCE
    found = _VERSION.search(source)
    checks = [
        check
        for name, declared in table.model.columns.items()
        for check in _checks(table, name, declared, model, source)
    ]
    return Contract(table, tuple(checks), found[1] if found else OWN_VERSION)


def _checks(
    table: LoadedTable, name: str, declared: Column, model: Model, source: str
) -> list[Check]:
    present = name in table.columns

    def check(part: Part, title: str, message: tuple[str, ...], where: str = source) -> Check:
        return Check(name, part, declared.type, present, title, message, where)

    made = []
    if declared.core == "required":
        absent = f"{table.name} has no column {name}; {source} requires it."
        made.append(check("column", f"{table.name} has the column {name}", (absent,)))
        made.append(check("required", f"{name} is filled", (f"{name} is missing.",)))
    holds = f'{name} holds "'
    if declared.type in _KINDS:
        plural, one = _KINDS[declared.type]
        made.append(check("type", f"{name} holds {plural}", (holds, f'", which is not {one}.')))
    listed = model.code_list(declared)
    if listed is not None and not listed.extensible:
        message = (holds, f'", which is not in its code list ({_shown(listed.values)}).')
        where = f"{source}; code list {listed.source}" if listed.source else source
        title = f"{name} holds values of its code list"
        made.append(replace(check("codes", title, message, where), codes=listed.values))
    if declared.length is not None and declared.type == "text":
        most = f"{declared.length} character{'s' * (declared.length != 1)}"
        message = (holds, f'", which is longer than {most}.')
        length = check("length", f"{name} holds at most {most}", message)
        made.append(replace(length, length=declared.length))
    return made


def _shown(values: tuple[str, ...]) -> str:
    more = len(values) - SHOWN_CODES
    shown = ", ".join(values[:SHOWN_CODES])
    return f"{shown} and {more} more" if more > 0 else shown


def statuses_of(contract: Contract, tally: Tally) -> list[RuleStatus]:
    """Return the status of each check of a contract."""
    return [status_of(contract, number, tally) for number in range(len(contract.checks))]


def status_of(contract: Contract, number: int, tally: Tally) -> RuleStatus:
    """Return the status of one check, by its number in the contract."""
    check, table = contract.checks[number], contract.table
    failing = tally.failing.get(number, 0)
    met, reason = 0, ""
    if check.part == "column":
        met = 1 - failing
    elif not check.present:
        reason = f"{table.name} has no column {check.column}"
    elif check.part == "required":
        met = table.rows - failing
    else:
        met = tally.read[check.column] - (0 if check.part == "type" else failing)
    in_scope = met + failing
    return RuleStatus(
        contract.rule_id(check),
        contract.version,
        PACK,
        table.name,
        check.title,
        "error",
        check.source,
        met=met,
        not_met=failing,
        not_in_scope=table.rows - in_scope if check.present and check.part != "column" else 0,
        status="not met" if failing else "met" if met else "no rows in scope",
        reason=reason,
    )
