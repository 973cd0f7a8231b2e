"""Structure: whether every loaded table is what the table model says, in one of two equal ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from oncorules.errors import CallError, did_you_mean
from oncorules.rules.compiler.relation import column, source_relation
from oncorules.validation.status import RuleStatus
from oncorules.validation.structure_contract import Contract, contract_of, statuses_of
from oncorules.validation.structure_sql import KEY, RULE, VALUE

if TYPE_CHECKING:
    import pandera.polars as pa

    from oncorules.data.model import CodeList, Model, TableModel
    from oncorules.engine.duckdb import Engine
    from oncorules.rules.compiler.relation import Relation
    from oncorules.validation.findings import FindingRows

Way = Literal["pandera", "sql", "none"]
Progress = Callable[[str, int, int], None]
CELLS = "structure:"


@dataclass(frozen=True)
class FlaggedCells:
    """The cells of one table that break its contract, stored in the engine.

    Attributes:
        table: the engine's table: one row per cell and check, with `#file`, `#row`, `#key.NAME`
            (the text of each column of the key), `#rule` (the place of the check's status in
            `StructureResult.statuses`) and `#value` (the text of the cell, null where it is
            missing); None when no cell fails.
        relation: the table of the export.
        files: what `#file` counts.
        rules: the places of the statuses of this table that are not met.
    """

    table: str | None
    relation: Relation
    files: tuple[str, ...]
    rules: tuple[int, ...]


@dataclass(frozen=True)
class StructureResult:
    """What became of the structure contract of every table.

    Attributes:
        statuses: one per check, table after table.
        columns: for each status, the column that it is about.
        messages: for each status, what a finding says: one text, or two with `#value` in between.
        flagged: what fails, one entry per table in which anything does.
        absent: the places of the statuses whose one finding has no row: a column is missing.
    """

    statuses: Sequence[RuleStatus] = ()
    columns: Sequence[str] = ()
    messages: Sequence[tuple[str, ...]] = ()
    flagged: Sequence[FlaggedCells] = ()
    absent: frozenset[int] = frozenset()

    def finding_rows(self) -> list[FindingRows]:
        """Return the findings, one entry per check that is not met."""
        return [self._findings(cells, rule) for cells in self.flagged for rule in cells.rules]

    def _findings(self, cells: FlaggedCells, rule: int) -> FindingRows:
        from sqlglot import exp

        from oncorules.validation.findings import FindingRows

        status, text = self.statuses[rule], self.messages[rule]
        if rule in self.absent:
            return FindingRows(status, None, None, cells.files, {}, {}, text, has_rows=False)
        return FindingRows(
            status,
            cells.table,
            exp.EQ(this=column(RULE), expression=exp.Literal.number(rule)),
            cells.files,
            key={name: column(KEY + name) for name in cells.relation.key},
            values={self.columns[rule]: column(VALUE)},
            message=text if len(text) == 1 else (text[0], column(VALUE), text[1]),
        )


def run_structure(
    engine: Engine,
    model: Model,
    way: Way = "pandera",
    *,
    rules: Sequence[str] = (),
    exclude: Sequence[str] = (),
    progress: Progress | None = None,
) -> StructureResult:
    """Return the status of every check of the structure contract, and the cells that break one.

    Args:
        engine: with the export loaded.
        model: the table model that it was loaded with.
        way: `pandera`, `sql` (the same answers from inside the engine, for large exports) or
            `none`.
        rules: ids of the checks to run, such as `LB.LBSTRESN.type`; all when empty.
        exclude: ids of checks to leave out.
        progress: called with what is being done, how many steps are done, and of how many.

    Raises:
        CallError: `there is no way "pandra" to check structure; did you mean "pandera"?`; a check
            that no table of the export has; no export is loaded.
    """
    ways = get_args(Way)
    if way not in ways:
        near = did_you_mean(way, ways) or f"; there are {', '.join(ways)}"
        raise CallError(f'there is no way "{way}" to check structure{near}')
    contracts = (
        _chosen([], rules, exclude)
        if way == "none"
        else contracts_of(engine, model, rules, exclude)
    )
    statuses: list[RuleStatus] = []
    flagged: list[FlaggedCells] = []
    absent: list[int] = []
    for place, contract in enumerate(contracts):
        if progress is not None:
            progress(f"{contract.table.name}: structure", place, len(contracts))
        first = len(statuses)
        failing, cells = _run(engine, contract, way, first, statuses)
        absent += [first + n for n in failing if contract.checks[n].part == "column"]
        if cells is not None:
            flagged.append(cells)
    if progress is not None and contracts:
        progress("structure", len(contracts), len(contracts))
    checks = [check for contract in contracts for check in contract.checks]
    columns, messages = [c.column for c in checks], [c.message for c in checks]
    return StructureResult(statuses, columns, messages, flagged, frozenset(absent))


def contracts_of(
    engine: Engine, model: Model, rules: Sequence[str] = (), exclude: Sequence[str] = ()
) -> list[Contract]:
    """Return the contract of each loaded table with the checks that are asked for.

    Raises:
        CallError: a check that no table of the export has; no export is loaded.
    """
    if engine.tables is None:
        raise CallError("no export is loaded; call load first")
    loaded = [contract_of(table, model) for table in engine.tables.values()]
    return _chosen(loaded, rules, exclude)


def _chosen(
    contracts: Sequence[Contract], rules: Sequence[str], exclude: Sequence[str]
) -> list[Contract]:
    """Return the contracts with the checks that are asked for, those without any left out."""
    known = {contract.rule_id(check) for contract in contracts for check in contract.checks}
    for name in (*rules, *exclude):
        if name not in known:
            near = did_you_mean(name, known)
            raise CallError(f'there is no structure check "{name}" for this export{near}')
    chosen = []
    for contract in contracts:
        named = {contract.rule_id(check): check for check in contract.checks}
        kept = [c for n, c in named.items() if (not rules or n in rules) and n not in exclude]
        if kept:
            chosen.append(replace(contract, checks=tuple(kept)))
    return chosen


def _run(
    engine: Engine, contract: Contract, way: Way, first: int, statuses: list[RuleStatus]
) -> tuple[list[int], FlaggedCells | None]:
    """Run one contract; return the numbers of the failing checks and where their cells are."""
    if way == "sql":
        from oncorules.validation.structure_sql import run_sql as run
    else:
        from oncorules.validation.structure_pandera import run_pandera as run
    table = contract.table
    assert table.model is not None
    relation = source_relation(
        table.name, table.model, engine.columns(table.name), len(table.files)
    )
    into = f"{CELLS}{table.name}"
    engine.drop(into)
    tally = run(engine, contract, relation, first, into)
    statuses += statuses_of(contract, tally)
    failing = sorted(number for number, rows in tally.failing.items() if rows)
    if not failing:
        return failing, None
    stored = into if any(contract.checks[n].part != "column" for n in failing) else None
    places = tuple(first + number for number in failing)
    return failing, FlaggedCells(stored, relation, table.files, places)


def pandera_schema(
    table: TableModel, *, codes: Mapping[str, CodeList] | None = None
) -> pa.DataFrameSchema:
    """Return the structure contract of a table as a typed pandera schema for polars frames.

    What it makes of each type stands in `validation.structure_schema`; pandera is imported only
    when this is called.

    Args:
        table: such as `standard_model().table("LB")`.
        codes: the code lists that the columns name; by default those that are shipped.

    >>> from oncorules.data.model import standard_model
    >>> pandera_schema(standard_model().table("LB")).columns["LBSTRESN"].dtype
    DataType(Float64)
    """
    from oncorules.validation.structure_schema import frame_schema

    return frame_schema(table, codes)
