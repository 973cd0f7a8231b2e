"""From the grids of an example to little tables in the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from oncorules.data.dates import first_and_last_day
from oncorules.data.model import Model
from oncorules.errors import Problem, RuleError, did_you_mean
from oncorules.rules.checks import OUTCOMES, resolved_name
from oncorules.rules.formula import names, parse
from oncorules.rules.loaded import LoadedPack, RuleInstance
from oncorules.rules.lookup import match_columns
from oncorules.rules.model import Example, Grid, Rule, Table
from oncorules.rules.relation import EXAMPLE, FILE, LAST, ROW, SHOWN, Relation, column, stored
from oncorules.rules.values import Kind, Value
from oncorules.rules.workspace import Workspace

EXPECT = "expect"
Cells = dict[str, Any]
Path = tuple[object, ...]


@dataclass(frozen=True)
class Row:
    """One row of a table of an example, and where it stands in the file."""

    cells: Cells
    path: Path
    number: int = 0
    example: int = 0


@dataclass(frozen=True)
class Expected:
    """One expected answer: of a row of the rule's table, or of a row of a derived table."""

    answer: str
    path: Path
    row: Any = None
    key: Mapping[str, str | None] = field(default_factory=dict)
    cells: Mapping[str, str | None] = field(default_factory=dict)

    def compare(self, rows: Sequence[Mapping[str, str | None]]) -> str:
        """Return what the derived table says where this answer was expected."""
        same = [row for row in rows if all(row.get(k) == v for k, v in self.key.items())]
        if len(same) != 1:
            return "no such row" if not same else f"{len(same)} rows"
        return _cells_text({name: same[0].get(name, "no such column") for name in self.cells})


@dataclass(frozen=True)
class Given:
    """One example: its tables, parameters and expected answers."""

    tables: Mapping[str, list[Row]]
    expected: tuple[Expected, ...]
    settings: Mapping[str, Any]
    path: Path
    number: int = 0
    complete: bool = False


def given_of_rule(one: RuleInstance, pack: LoadedPack, model: Model) -> Iterator[Given]:
    """Go through the examples of a rule; each row of the short form is one of its own."""
    for number, example in enumerate(one.rule.examples):
        path: Path = ("examples", number) if len(one.rule.examples) > 1 else ("examples",)
        if example.grid is not None:
            yield from _short(one, pack, model, example, path)
        else:
            yield _long(one.table, example, path)


def given_of_table(table: Table) -> Iterator[Given]:
    """Go through the examples of a derived table."""
    for number, example in enumerate(table.examples):
        path: Path = ("examples", number) if len(table.examples) > 1 else ("examples",)
        tables = {
            name: [
                Row(dict(zip(grid.columns, row, strict=True)), (*path, "given", name, "rows", i))
                for i, row in enumerate(grid.rows)
            ]
            for name, grid in example.given.items()
        }
        if not isinstance(example.expect, Grid):
            raise ValueError("a derived table expects a grid of columns and rows", path)
        yield Given(
            tables,
            tuple(_expected_rows(table, example.expect, (*path, "expect", "rows"))),
            example.with_,
            path,
            complete=True,
        )


def _expected_rows(table: Table, grid: Grid, path: Path) -> Iterator[Expected]:
    for number, row in enumerate(grid.rows):
        cells = {n: cell_text(c) for n, c in zip(grid.columns, row, strict=True)}
        key = {name: cells[name] for name in table.one_row_per if name in cells}
        rest = {name: cell for name, cell in cells.items() if name not in key}
        yield Expected(_cells_text(rest), (*path, number), key=key, cells=rest)


def _cells_text(cells: Mapping[str, str | None]) -> str:
    shown = (f"{name} {'missing' if c is None else c}" for name, c in cells.items())
    return ", ".join(shown) or "the row"


def _key_of(table: str, pack: LoadedPack, model: Model) -> tuple[str, ...]:
    if table in pack.tables:
        return pack.tables[table].one_row_per
    declared = model.table(table)
    return declared.key if declared is not None else ()


def _short(
    one: RuleInstance, pack: LoadedPack, model: Model, example: Example, path: Path
) -> Iterator[Given]:
    assert example.grid is not None
    grid = example.grid
    if EXPECT not in grid.columns:
        raise ValueError('the last column of an example is "expect"', (*path, "columns"))
    own, found, settings = _owners(one, pack, model, grid, path)
    for number, row in enumerate(grid.rows):
        here = (*path, "rows", number)
        cells = dict(zip(grid.columns, row, strict=True))
        mine = {name: cells[name] for name in own}
        tables = {one.table: [Row(mine, here)]}
        for alias, columns in found.items():
            given = {name: cells[label] for name, label in columns.items()}
            _add_found(tables, one, pack, model, alias, given, mine, here)
        for label in _key_of(one.table, pack, model):
            mine.setdefault(label, _made_up(label, one.table, pack, model))
        yield Given(
            tables,
            (Expected(_outcome(cells[EXPECT], here), here, row=1),),
            {**example.with_, **{name: cells[name] for name in settings}},
            here,
        )


def _outcome(cell: object, path: Path) -> str:
    word = str(cell)
    if word not in OUTCOMES:
        near = did_you_mean(word, OUTCOMES)
        raise ValueError(f'expected one of {", ".join(OUTCOMES)}, found "{word}"{near}', path)
    return word


def _owners(
    one: RuleInstance, pack: LoadedPack, model: Model, grid: Grid, path: Path
) -> tuple[list[str], dict[str, dict[str, str]], list[str]]:
    """Tell for each column of a short example whose it is: the row's, a look-up's, a parameter."""
    rule = one.rule
    columns = _columns_of(one.table, pack, model)
    own: list[str] = []
    settings: list[str] = []
    found: dict[str, dict[str, str]] = {}
    for label in grid.columns:
        if label == EXPECT:
            continue
        resolved = _lookup_name(label, rule, columns)
        alias, _, name = resolved.rpartition(".")
        if alias:
            found.setdefault(alias, {})[name] = label
        elif name in columns:
            own.append(name)
        elif name in rule.parameters or name in pack.parameters:
            settings.append(name)
        elif name in rule.columns:
            raise ValueError(f'"{name}" is computed by the rule: give what it reads', path)
        else:
            near = did_you_mean(name, [*columns, *rule.parameters])
            raise ValueError(f'"{label}" is no column of {one.table}{near}', (*path, "columns"))
    return own, found, settings


def _lookup_name(label: str, rule: Rule, own: Mapping[str, Kind]) -> str:
    if "." in label:
        return label
    resolved = resolved_name(label, rule)
    if "." in resolved or label in own:
        return resolved if "." in resolved and label not in own else label
    texts = [rule.message or ""]
    formulas = [rule.condition, *(c.value for c in rule.columns.values() if c.value)]
    for spec in rule.columns.values():
        formulas += [line.when for line in spec.first_true or () if line.when != "otherwise"]
    owners = {
        alias
        for formula in formulas
        for alias, name, _ in names(parse(formula))
        if name == label and alias in rule.lookups
    }
    owners |= {a for a in rule.lookups for text in texts if f"{{{a}.{label}}}" in text}
    return f"{owners.pop()}.{label}" if len(owners) == 1 else label


def _columns_of(table: str, pack: LoadedPack, model: Model) -> dict[str, Kind]:
    if table in pack.tables:
        derived = pack.tables[table]
        sources = [s for s in (derived.from_, *(derived.rows_of or ())) if s]
        sources += [part.from_ for part in derived.stack or ()]
        columns: dict[str, Kind] = {}
        for source in sources:
            columns |= _columns_of(source, pack, model)
        for name in (*derived.columns, *(derived.decide.sets if derived.decide else ())):
            columns[name] = "text"
        return columns
    declared = model.table(table)
    return {n: c.type for n, c in declared.columns.items()} if declared is not None else {}


def _add_found(
    tables: dict[str, list[Row]],
    one: RuleInstance,
    pack: LoadedPack,
    model: Model,
    alias: str,
    given: Cells,
    mine: Cells,
    path: Path,
) -> None:
    """Add the row that a look-up finds; a key column given as null means that there is none."""
    lookup = one.rule.lookups.get(alias)
    if lookup is None:
        near = did_you_mean(alias, one.rule.lookups)
        raise ValueError(f'"{alias}" is no lookup of the rule{near}', path)
    here = _bare_relation(one.table, pack, model)
    there = _bare_relation(lookup.from_, pack, model)
    matched = match_columns(lookup, here, there)
    if any(name in given and given[name] is None for name in matched):
        return
    row = dict(given)
    for name, label in matched.items():
        value = mine.setdefault(label, _made_up(label, one.table, pack, model))
        row.setdefault(name, value)
    others = tables.setdefault(lookup.from_, [])
    for other in others:
        if lookup.from_ != one.table and all(
            other.cells.get(name, cell) == cell for name, cell in row.items()
        ):
            other.cells.update(row)
            return
    others.append(Row(row, path, number=len(others)))


def _bare_relation(table: str, pack: LoadedPack, model: Model) -> Relation:
    columns = {name: stored(name, kind) for name, kind in _columns_of(table, pack, model).items()}
    return Relation(table, columns, _key_of(table, pack, model))


def _made_up(label: str, table: str, pack: LoadedPack, model: Model) -> object:
    kind = _columns_of(table, pack, model).get(label, "text")
    return {"integer": 1, "number": 1, "date": "2020-01-01", "boolean": True}.get(kind, "A")


def _long(table: str, example: Example, path: Path) -> Given:
    tables: dict[str, list[Row]] = {}
    expected: list[Expected] = []
    for name, grid in example.given.items():
        rows = []
        for number, cells in enumerate(grid.rows):
            here = (*path, "given", name, "rows", number)
            row = dict(zip(grid.columns, cells, strict=True))
            wanted = row.pop(EXPECT, None)
            if wanted is not None and name == table:
                expected.append(Expected(_outcome(wanted, here), here, row=number + 1))
            rows.append(Row(row, here, number=number))
        tables[name] = rows
    if isinstance(example.expect, dict):
        for label, answer in example.expect.items():
            here = (*path, "expect", label)
            expected.append(Expected(_outcome(answer, here), here, row=str(label)))
    if not expected:
        raise ValueError(f"the example expects nothing of {table}", path)
    return Given(tables, tuple(expected), example.with_, path)


def store(
    workspace: Workspace,
    pack: str,
    name: str,
    rows: Sequence[Row],
    place: Callable[..., str],
) -> str:
    """Store the rows of all examples as one table; tells the workspace what it holds."""
    import pyarrow as pa

    kinds = _kinds(workspace, pack, name, rows, place)
    columns: dict[str, tuple[Any, list[Any]]] = {
        ROW: (pa.int64(), [row.number + 1 for row in rows]),
        FILE: (pa.int16(), [row.example for row in rows]),
        EXAMPLE: (pa.int64(), [row.example for row in rows]),
    }
    for label, kind in kinds.items():
        cells = [_cell(row.cells.get(label), kind, label, row, place) for row in rows]
        columns[label] = (_arrow(kind), [cell[0] for cell in cells])
        if kind == "date":
            columns[label + LAST] = (pa.date32(), [cell[1] for cell in cells])
        if kind != "text":
            columns[label + SHOWN] = (pa.string(), [cell[2] for cell in cells])
    arrays = {label: pa.array(cells, kind) for label, (kind, cells) in columns.items()}
    engine_name = f"{workspace.prefix}{name}"
    workspace.engine.store_arrow(engine_name, pa.table(arrays))
    relation = {label: stored(label, kind) for label, kind in kinds.items()}
    relation[EXAMPLE] = Value("integer", column(EXAMPLE))
    workspace.give(name, engine_name, relation, pack)
    return engine_name


def _kinds(
    workspace: Workspace,
    pack: str,
    name: str,
    rows: Sequence[Row],
    place: Callable[..., str],
) -> dict[str, Kind]:
    known = workspace.kinds(name, pack)
    kinds: dict[str, Kind] = {}
    for row in rows:
        for label in row.cells:
            if label not in known:
                near = did_you_mean(label, known)
                message = f'{name} has no column "{label}"{near}'
                raise RuleError([Problem(place(*row.path), message)])
            kinds[label] = known[label]
    return kinds


def _arrow(kind: Kind) -> Any:
    import pyarrow as pa

    return {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.decimal128(18, 6),
        "date": pa.date32(),
        "boolean": pa.bool_(),
    }[kind]


def _cell(
    cell: object, kind: Kind, label: str, row: Row, place: Callable[..., str]
) -> tuple[Any, Any, str | None]:
    """Return first value, last value and shown text of a cell; unreadable text is missing."""
    text = cell_text(cell)
    if text is None:
        return None, None, None
    if kind == "text":
        return text, None, text
    if kind == "date":
        ends = first_and_last_day(text)
        return (*ends, text) if ends else (None, None, text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower()), None, text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None, None, text
    if kind == "integer":
        return (int(number) if number == int(number) else None), None, text
    return round(number, 6), None, text


def cell_text(cell: object) -> str | None:
    """Return the text of a cell as the engine shows it: 5, never 5.0."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(cell)
