"""The structure contract as pandera schemas, run on polars in batches of bounded size.

Types are read by the engine, once and for all formats; pandera gets the read values and, beside
them, the text that could not be read. A batch of a table with LBSEQ, LBTESTCD and LBSTRESN has

```text
#file #row | LBSEQ#value LBSEQ#unreadable | LBTESTCD#value | LBSTRESN#value LBSTRESN#unreadable
```

pandera's failure cases carry the number of the check and the row of the batch, which become the
check's status and the file's row. They are stored in the engine batch by batch.

Imported only by who runs it: pandera and polars take most of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl
from sqlglot import exp

from oncorules.engine import trees
from oncorules.rules.compiler.relation import FILE, ROW, SHOWN, SQL_TYPES, Relation, column
from oncorules.rules.language.display import display
from oncorules.validation.kept_environment import kept_environment
from oncorules.validation.structure_contract import Check, Contract, Tally
from oncorules.validation.structure_sql import KEY, RULE, VALUE

with kept_environment():
    import pandera.polars as pa
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

if TYPE_CHECKING:
    from pandera.api.polars.types import PolarsData

    from oncorules.engine.duckdb import Engine

BATCH_ROWS = 200_000
VALUES, UNREADABLE, TEXTS = "#value", "#unreadable", "#text"
DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Decimal(18, 6),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}
_FOUND = "structure found:"
_ABSENT = "column_in_dataframe"  # how pandera calls it


def run_pandera(
    engine: Engine, contract: Contract, relation: Relation, first: int, into: str
) -> Tally:
    """Return the counts of a table's checks, and store the rows that fail one.

    Args:
        engine: holds the table.
        contract: the checks.
        relation: the table's columns as values.
        first: the number of the contract's first check among all statuses.
        into: the engine's table for the failing cells; not made when there are none.
    """
    columns = contract.columns()
    tally = Tally(dict.fromkeys(columns, 0), dict.fromkeys(range(len(contract.checks)), 0))
    schema = batch_schema(contract)
    query = _query(contract, relation)
    empty = pl.from_arrow(engine.run(query).schema().empty_table())
    assert isinstance(empty, pl.DataFrame)
    for number in _failures(schema, empty, contract)["check"]:
        tally.failing[number] = 1  # only a missing column can fail without rows
    absent = [name for name in schema.columns if name not in empty.columns]
    schema = schema.remove_columns(absent)
    if not columns:
        return tally
    found = f"{_FOUND}{relation.name}"
    engine.drop(found)
    engine.store(found, _no_cells())
    # A second connection to the same rows: the first one is busy handing out batches.
    with closing(engine.connection.cursor()) as writer:
        for batch in engine.run(query).batches(BATCH_ROWS):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            for name in columns:
                tally.read[name] += len(frame) - frame[name + VALUES].null_count()
            cells = _failures(schema, frame, contract)
            for number, rows in cells["check"].value_counts().iter_rows():
                tally.failing[number] += rows
            if len(cells):
                rows_found = cells.with_columns(pl.col("check") + first).to_arrow()
                with engine.guard():
                    writer.from_arrow(rows_found).insert_into(f'"{found}"')
    if any(tally.failing[number] for number, _ in contract.live()):
        engine.store(into, _with_keys(relation, found))
    engine.drop(found)
    return tally


def batch_schema(contract: Contract) -> pa.DataFrameSchema:
    """Return the pandera schema of the batches of a table."""
    required = {check.column for check in contract.checks if check.part == "column"}
    columns: dict[str, pa.Column] = {}
    for number, check in enumerate(contract.checks):
        name = check.column + VALUES
        if name not in columns:
            dtype = DTYPES[check.type]
            columns[name] = _column(name, dtype, check.column in required)
            if check.type != "text" and check.present:
                name = check.column + UNREADABLE
                columns[name] = _column(name, pl.String(), False)
        if check.part != "column" and check.present:
            name, made = _pandera_check(number, check)
            columns.setdefault(name, _column(name, pl.String(), False)).checks.append(made)
    return pa.DataFrameSchema(columns)


def _column(name: str, dtype: pl.DataType, required: bool) -> pa.Column:
    return pa.Column(dtype, [], nullable=True, required=required, name=name)


def _pandera_check(number: int, check: Check) -> tuple[str, pa.Check]:
    """Return the column of the batch that a check looks at, and the check under its number."""
    error = str(number)
    values, unreadable = check.column + VALUES, check.column + UNREADABLE
    is_text = check.type == "text"
    if check.part == "type":
        return unreadable, _row_check(lambda key: pl.col(key).is_null(), error)
    if check.part == "required" and is_text:
        return values, _row_check(lambda key: pl.col(key).is_not_null(), error)
    if check.part == "required":
        return values, _row_check(
            lambda key: pl.col(key).is_not_null() | pl.col(unreadable).is_not_null(), error
        )
    if check.part == "codes":
        name = values if is_text else check.column + TEXTS
        return name, pa.Check.isin(check.codes, error=error)
    return values, pa.Check.str_length(max_value=check.length, error=error)


def _row_check(passes: Callable[[str], pl.Expr], error: str) -> pa.Check:
    def run(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(passes(data.key))

    return pa.Check(run, error=error, ignore_na=False)


def _query(contract: Contract, relation: Relation) -> exp.Select:
    """Return the query of the columns that pandera gets."""
    wanted: list[exp.Expr] = [column(FILE), column(ROW)]
    for name, checks in contract.columns().items():
        value = column(name)
        missing = exp.Is(this=value.copy(), expression=exp.Null())
        wanted.append(exp.alias_(value, name + VALUES, quoted=True))
        parts = {check.part: check for _, check in checks}
        if checks[0][1].type == "text":
            continue
        text = exp.Case(ifs=[exp.If(this=missing, true=column(name + SHOWN))])
        wanted.append(exp.alias_(text, name + UNREADABLE, quoted=True))
        if "codes" in parts:
            shown = exp.If(this=missing.not_(), true=display(relation.columns[name]))
            wanted.append(exp.alias_(exp.Case(ifs=[shown]), name + TEXTS, quoted=True))
    return exp.select(*wanted).from_(relation.table)


def _failures(schema: pa.DataFrameSchema, frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return the failing cells of a batch: number of the check, file, row and value."""
    nothing = pl.DataFrame(
        schema={"check": pl.Int32, FILE: pl.Int16, ROW: pl.Int64, VALUE: pl.String}
    )
    try:
        # Whatever the user's environment says of pandera, this check is not left out.
        with config_context(
            validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA
        ):
            schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return nothing
    absent = cases.filter(pl.col("check") == _ABSENT)["failure_case"].to_list()
    if absent:
        numbers = [
            number
            for number, check in enumerate(contract.checks)
            if check.part == "column" and check.column + VALUES in absent
        ]
        rows = pl.DataFrame({"check": numbers}, schema={"check": pl.Int32})
        nothing = pl.concat([nothing, rows], how="diagonal")
    cells = cases.filter(pl.col("check") != _ABSENT)
    unknown = cells.filter(pl.col("index").is_null() | ~pl.col("check").str.contains("^[0-9]+$"))
    if len(unknown):
        case = unknown.row(0, named=True)
        raise RuntimeError(f"pandera could not run {case['check']}: {case['failure_case']}")
    at = cells["index"]
    found = cells.select(
        pl.col("check").cast(pl.Int32), pl.col("failure_case").alias(VALUE)
    ).with_columns(frame[FILE].gather(at), frame[ROW].gather(at))
    cells_found: pl.DataFrame = pl.concat([nothing, found.select(nothing.columns)])
    return cells_found


def _no_cells() -> exp.Select:
    kinds = {RULE: "INTEGER", FILE: "SMALLINT", ROW: "BIGINT", VALUE: SQL_TYPES["text"]}
    nulls = (
        exp.alias_(exp.cast(exp.Null(), kind), name, quoted=True) for name, kind in kinds.items()
    )
    return exp.select(*nulls).where(exp.false())


def _with_keys(relation: Relation, found: str) -> exp.Select:
    """Return the query that puts the keys of the rows beside the failing cells."""
    cells, rows = "c", "r"
    source = exp.alias_(trees.table(found), cells, table=True)
    keys: Sequence[exp.Expr] = [
        exp.alias_(display(relation.columns[key]), KEY + key, quoted=True) for key in relation.key
    ]
    keyed = exp.select(
        exp.alias_(column(FILE), "#f", quoted=True),
        exp.alias_(column(ROW), "#r", quoted=True),
        *keys,
    ).from_(relation.table)
    on = exp.and_(
        column(FILE, cells).eq(column("#f", rows)), column(ROW, cells).eq(column("#r", rows))
    )
    return (
        exp.select(
            column(FILE, cells),
            column(ROW, cells),
            *(column(KEY + key, rows) for key in relation.key),
            column(RULE, cells),
            column(VALUE, cells),
        )
        .from_(source)
        .join(keyed.subquery(rows), on=on)
        .order_by(column(RULE, cells), column(FILE, cells), column(ROW, cells))
    )
