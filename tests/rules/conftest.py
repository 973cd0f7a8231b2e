"""Tables drawn as text, put into an engine, and read back as the user sees them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
from sqlglot import exp

from oncorules.data.dates import first_and_last_day
from oncorules.engine.duckdb import Engine
from oncorules.rules.compiler.checks import OUTCOMES, BoundRule, Plan, plan_checks
from oncorules.rules.compiler.relation import FILE, ROW, SQL_TYPES, Relation, column, stored
from oncorules.rules.compiler.tables import compile_table
from oncorules.rules.grading.gradings import compile_grading
from oncorules.rules.language.display import display
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import RankedCodes, Schedule, Scope
from oncorules.rules.language.translate import translate
from oncorules.rules.language.values import Kind, Value, constant
from oncorules.rules.loading.model import Grading, Rule, Table
from oncorules.rules.loading.yaml_text import read_yaml_text

MISSING = "."
RAW = "raw"


class Bench:
    """One engine with the tables of one test.

    A table is drawn as text: a header `USUBJID | ADT:date | SUM:number`, then a line per row; `.`
    is a missing value, and a text that cannot be read as its type becomes missing with its text
    kept, as in a file.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.relations: dict[str, Relation] = {}
        self.parameters: dict[str, Value] = {}
        self.ranked: dict[str, RankedCodes] = {}
        self.schedules: dict[str, Schedule] = {}
        self.stored: list[str] = []

    # what is given --------------------------------------------------------------------------

    def given(self, name: str, grid: str, key: str = "", *, has_rows: bool = True) -> Relation:
        """Store a drawn table; the key is its first column unless named."""
        lines = [line.strip() for line in grid.strip().splitlines()]
        header = [cell.strip().partition(":") for cell in lines[0].split("|")]
        columns = {name: kind or "text" for name, _, kind in header}
        rows = [[cell.strip() for cell in line.split("|")] for line in lines[1:]]
        return self.fill(name, columns, rows, key, has_rows=has_rows)

    def fill(
        self,
        name: str,
        columns: Mapping[str, str],
        rows: Sequence[Sequence[str | None]],
        key: str = "",
        *,
        has_rows: bool = True,
    ) -> Relation:
        """Store a table of texts with the physical columns that the loader makes."""
        raw = _raw(columns, [[None if c == MISSING else c for c in row] for row in rows])
        self.engine.drop(RAW)
        self.engine.wait()
        self.engine.connection.from_arrow(raw).create(RAW)
        casts = [
            exp.alias_(exp.cast(column(label), kind), label, quoted=True)
            for label, kind in _physical(columns).items()
        ]
        self._store(name, exp.select(*casts).from_(RAW).order_by(column(ROW)))
        self.engine.drop(RAW)
        relation = Relation(
            name,
            {label: stored(label, _kind(kind)) for label, kind in columns.items()},
            tuple(key.split()) or (next(iter(columns)),),
            has_rows,
        )
        self.relations[name] = relation
        return relation

    def limits(self, **values: str | int | Decimal) -> None:
        """Give parameters; a text that reads as a number is one, `28 day` has a unit."""
        for name, value in values.items():
            number, _, unit = str(value).partition(" ")
            try:
                self.parameters[name] = constant(Decimal(number), unit=unit or None)
            except InvalidOperation:
                self.parameters[name] = constant(str(value))

    def codes(self, name: str, best_first: str) -> None:
        """Give a ranked code list."""
        self.ranked[name] = RankedCodes(name, tuple(best_first.split()))

    def scope(self) -> Scope:
        """Return the parameters, code lists and schedules of this test."""
        return Scope(parameters=self.parameters, ranked=self.ranked, schedules=self.schedules)

    def find(self, name: str) -> Relation:
        """Return a table by name."""
        if name not in self.relations:
            raise FormulaError(f'there is no table "{name}"')
        return self.relations[name]

    # what comes back ------------------------------------------------------------------------

    def derive(self, name: str, entry: str, show: str | None = None) -> list[tuple[Any, ...]]:
        """Compile a table of the rule language and return its rows as texts, in key order."""
        table = Table.model_validate(read_yaml_text(entry, "test.yaml").data)
        query, relation = compile_table(name, table, self.find, self.scope())
        self._store(name, query)
        self.relations[name] = relation
        return self.rows(name, show)

    def grade(self, name: str, entry: str, show: str | None = None) -> list[tuple[Any, ...]]:
        """Compile a grading of the rule language and return its rows as `derive` does."""
        grading = Grading.model_validate(read_yaml_text(entry, "test.yaml").data)
        query, relation = compile_grading(name, grading, self.find, self.scope())
        self._store(name, query)
        self.relations[name] = relation
        return self.rows(name, show)

    def rows(self, name: str, show: str | None = None) -> list[tuple[Any, ...]]:
        """Return columns of a table as texts, ordered by its key and then by themselves."""
        relation = self.relations[name]
        shown = [
            display(relation.columns[label])
            for label in (
                show or " ".join(label for label in relation.columns if "#" not in label)
            ).split()
        ]
        order = [relation.columns[label].first.copy() for label in relation.key]
        query = exp.select(*shown).from_(relation.table).order_by(*order, *shown)
        return self.engine.run(query).fetchall()

    def values(self, table: str, *formulas: str) -> list[tuple[Any, ...]]:
        """Return formulas over each row of a table, as texts in the order of the file."""
        relation = self.relations[table]
        scope = Scope(
            columns=relation.columns,
            parameters=self.parameters,
            ranked=self.ranked,
            schedules=self.schedules,
        )
        trees = [
            exp.alias_(display(translate(formula, scope)), f"f{number}")
            for number, formula in enumerate(formulas)
        ]
        query = exp.select(*trees).from_(relation.table).order_by(column(ROW))
        return self.engine.run(query).fetchall()

    def plan(self, *entries: str) -> Plan:
        """Return the plan of rules of one table, written as YAML."""
        rules = [
            Rule.model_validate(
                {
                    "id": f"R{number}",
                    "title": "a rule",
                    "kind": "check",
                    "source": "ours",
                    **read_yaml_text(entry, "test.yaml").data,
                }
            )
            for number, entry in enumerate(entries)
        ]
        relation = self.find(rules[0].applies_to.table[0])
        return plan_checks(relation, [BoundRule(rule, self.scope()) for rule in rules], self.find)

    def outcomes(self, *entries: str) -> list[Any]:
        """Return the outcome of each row, in file order; of several rules, a tuple per row."""
        plan = self.plan(*entries)
        found = [
            tuple(OUTCOMES[row[plan.masks.index(one.mask)] >> one.shift & 3] for one in plan.rules)
            for row in self.packed(plan)
        ]
        return found if len(entries) > 1 else [row[0] for row in found]

    def packed(self, plan: Plan) -> list[tuple[int, ...]]:
        """Return the masks of each row, in file order or in the order of the key."""
        label = plan.query.copy().subquery("plan")
        order = (
            [column(ROW)]
            if plan.relation.has_rows
            else [column(f"#key.{name}") for name in plan.relation.key]
        )
        masks = [column(mask) for mask in plan.masks]
        return self.engine.run(exp.select(*masks).from_(label).order_by(*order)).fetchall()

    def _store(self, name: str, query: exp.Query) -> None:
        self.engine.drop(name)
        self.engine.store(name, query)
        self.stored.append(name)

    def clear(self) -> None:
        """Forget everything, for the next test."""
        for name in self.stored:
            self.engine.drop(name)
        self.__init__(self.engine)  # type: ignore[misc]


def _kind(name: str) -> Kind:
    assert name in SQL_TYPES, name
    return name  # type: ignore[return-value]


def _physical(columns: Mapping[str, str]) -> dict[str, str]:
    """Return the physical columns of a table as the loader makes them, with their types."""
    found = {ROW: "BIGINT", FILE: "SMALLINT"}
    for name, kind in columns.items():
        for suffix in _typed(kind, None):
            found[name + suffix] = "VARCHAR" if suffix == "#text" else SQL_TYPES[kind]
    return found


def _raw(columns: Mapping[str, str], rows: Sequence[Sequence[str | None]]) -> pa.Table:
    cells: dict[str, list[str | None]] = {label: [] for label in _physical(columns)}
    for number, row in enumerate(rows, start=1):
        cells[ROW].append(str(number))
        cells[FILE].append("0")
        for (name, kind), cell in zip(columns.items(), row, strict=True):
            for suffix, value in _typed(kind, cell).items():
                cells[name + suffix].append(value)
    return pa.table({label: pa.array(texts, pa.string()) for label, texts in cells.items()})


def _typed(kind: str, cell: str | None) -> dict[str, str | None]:
    if kind == "text":
        return {"": cell}
    if cell is None:
        return {"": None, **({"#last": None} if kind == "date" else {}), "#text": None}
    if kind == "date":
        ends = first_and_last_day(cell)
        first, last = (None, None) if ends is None else (day.isoformat() for day in ends)
        return {"": first, "#last": last, "#text": cell}
    if kind == "boolean":
        return {"": cell if cell in ("true", "false") else None, "#text": cell}
    try:
        number = Decimal(cell)
    except InvalidOperation:
        return {"": None, "#text": cell}
    return {"": format(number, "f"), "#text": cell}


@pytest.fixture(scope="session")
def _engine() -> Iterator[Engine]:
    with Engine(jobs=1) as engine:
        yield engine


@pytest.fixture
def bench(_engine: Engine) -> Iterator[Bench]:
    """An engine without tables."""
    bench = Bench(_engine)
    yield bench
    bench.clear()


@pytest.fixture(scope="module")
def wide_bench(_engine: Engine) -> Iterator[Bench]:
    """An engine whose tables stay for all tests of a file."""
    bench = Bench(_engine)
    yield bench
    bench.clear()


@pytest.fixture(scope="session")
def evaluator() -> ModuleType:
    """The independent evaluator, which lies beside this file."""
    name = "rules_evaluator"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, Path(__file__).with_name("evaluator.py")
        )
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
