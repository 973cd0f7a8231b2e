"""Derived tables: from the sections of a `tables` entry to one query."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from oncorules.engine import trees
from oncorules.errors import did_you_mean
from oncorules.rules.compiler.grouping import one_row_each
from oncorules.rules.compiler.lines import LINE, result
from oncorules.rules.compiler.lookup import match_columns, reads_this
from oncorules.rules.compiler.parts import DECIDE, Default, Parts, build, placed
from oncorules.rules.compiler.relation import (
    EXAMPLE,
    LAST,
    MOST_ROWS,
    PLACE,
    Relation,
    column,
    physical,
    renamed,
)
from oncorules.rules.compiler.row_order import MOST_FILES, stays_in_order
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.language.aggregates import is_aggregate
from oncorules.rules.language.alike import alike
from oncorules.rules.language.formula import FormulaError, parsed
from oncorules.rules.language.scope import Frame, Scope
from oncorules.rules.language.translate import translate_condition
from oncorules.rules.language.values import Value
from oncorules.rules.loading.model import OTHERWISE, THIS_TABLE, Column, Table, is_identifier

Find = Callable[[str], Relation]


def compile_table(
    name: str, table: Table, find: Find, scope: Scope, read: Collection[str] | None = None
) -> tuple[exp.Select, Relation]:
    """Return the query of a derived table, and the relation that it becomes.

    Args:
        name: the engine's name of the table.
        table: the entry as written.
        find: returns the tables it reads.
        scope: parameters, ranked codes and schedules.
        read: the columns that somebody reads, perhaps with names that it does not have; the key is
            made too, and other columns are neither made nor looked at. None for all.

    Raises:
        FormulaError: a formula does not fit; `path` tells which one of the entry.
    """
    if table.stack is not None:
        return _stack(name, table, find, scope, read)
    made = None if read is None else {*read, *table.one_row_per}
    table, parts, steps, grouped = rows_made(table, find, scope, made)
    return _finish(name, table, parts, steps, grouped, made)


def rows_made(
    table: Table, find: Find, scope: Scope, made: Collection[str] | None = None
) -> tuple[Table, Parts, Steps, bool]:
    """Return a table that is no stack with its parts, built, and the steps that hold its rows.

    The last answer is whether several of these rows make one row of the table.

    Args:
        table: the entry as written.
        find: returns the tables it reads.
        scope: parameters, ranked codes and schedules.
        made: the columns to make; None for all.

    Raises:
        FormulaError: a formula does not fit; `path` tells which one of the entry.
    """
    if table.walk is not None:
        with placed(("walk",)):
            raise FormulaError(
                "walk is a word of the language that this version cannot run yet: say it with "
                "windows, look-ups or runs"
            )
    table = _apart(table, find)
    steps, here, defaults = _rows_of(table, find) if table.rows_of else _from(table, find)
    grouped = not set(here.key) <= set(table.one_row_per)
    if grouped:
        ends = tuple(
            end for key in table.one_row_per for end in _ends(_column(here, key)) if end is not None
        )
        scope = replace(scope, group=Frame(ends, (), "all"))
    parts = Parts(
        here,
        find,
        scope,
        lookups=table.lookups,
        windows=table.windows,
        runs=table.runs,
        columns=table.columns,
        decide=table.decide,
        defaults=defaults,
        prefix="own.",  # a column may bear the name of one it is made from
    )
    parts.wanted.update(_wanted(parts, table, made))
    _filter(parts, steps, table.where, "where")
    if table.until is not None:
        _cut(parts, steps, table)
    _require_all(parts, table, made)
    build([parts], steps)
    _filter(parts, steps, table.keep, "keep")
    return table, parts, steps, grouped


def _apart(table: Table, find: Find) -> Table:
    """Keep the examples of a rule apart, when it is examples that the tables hold."""
    sources = table.rows_of or ((table.from_,) if table.from_ else ())
    with placed(("from",)):
        marked = any(EXAMPLE in find(name).columns for name in sources)
    if not marked:
        return table
    return table.model_copy(update={"one_row_per": (EXAMPLE, *table.one_row_per)})


def _column(here: Relation, name: str) -> Value:
    return Scope(columns=here.columns).value(exp.column(name))


def _ends(value: Value) -> tuple[exp.Expr, exp.Expr | None]:
    return value.first, value.last


def _from(table: Table, find: Find) -> tuple[Steps, Relation, Mapping[str, Default]]:
    assert table.from_ is not None
    with placed(("from",)):
        there = find(table.from_)
    return Steps(there.table), there, {}


def _rows_of(table: Table, find: Find) -> tuple[Steps, Relation, Mapping[str, Default]]:
    """Join several tables on all keys that any of them has."""
    assert table.rows_of is not None
    with placed(("rows_of",)):
        tables = {name: find(name) for name in table.rows_of}
        for name, relation in tables.items():
            if set(relation.key) != set(table.one_row_per) - {EXAMPLE}:
                raise FormulaError(
                    f"{name} has one row per {', '.join(relation.key)}, and the rows of this table "
                    f"are per {', '.join(table.one_row_per)}"
                )
    first = next(iter(tables.values()))
    # The keys come from all tables, the text of the file from one of them.
    columns = {key: _named(key, first.columns[key]) for key in table.one_row_per}
    places = [place for value in columns.values() for place in physical(value)]
    selects = [
        exp.select(
            *(
                exp.alias_(tree, place, quoted=True)
                for place, tree in zip(places, _key_trees(relation, table), strict=True)
            )
        ).from_(relation.table)
        for relation in tables.values()
    ]
    keys: exp.Query = selects[0]
    for more in selects[1:]:
        keys = keys.union(more, distinct=True, copy=False)
    if len(selects) == 1:
        keys = selects[0].distinct()
    query = exp.Select(expressions=[column(place, "keys") for place in places])
    query = query.from_(keys.subquery("keys", copy=False), copy=False)
    defaults: dict[str, Default] = {}
    for number, (name, relation) in enumerate(tables.items()):
        for label in table.if_no_row.get(name, {}):
            if label in relation.left_out:
                continue
            if label not in relation.columns or label in table.one_row_per:
                with placed(("if_no_row", name, label)):
                    near = did_you_mean(label, relation.columns)
                    raise FormulaError(f'{name} has no column "{label}" to fill{near}')
        query = _joined(query, relation, f"t{number}", places, table)
        for label, value in relation.columns.items():
            if label in table.one_row_per:
                continue
            if label in columns:
                raise FormulaError(f'two of the tables have a column "{label}": rename one')
            columns[label] = value
            formula = table.if_no_row.get(name, {}).get(label)
            if formula is not None:
                found = column(f"t{number}#found")
                path = ("if_no_row", name, label)
                defaults[label] = Default(value, found, formula, path)
    here = Relation("rows", columns, tuple(table.one_row_per))
    steps = Steps(first.table)
    steps.add(query)
    return steps, here, defaults


def _named(name: str, value: Value) -> Value:
    """Return a value that stands under its own name, even where a table does not have it."""
    last = None if value.last is None else column(name + LAST)
    return replace(value, first=column(name), last=last, show=None)


def _key_trees(relation: Relation, table: Table) -> list[exp.Expr]:
    ends = (end for key in table.one_row_per for end in _ends(relation.columns[key]))
    return [end.copy() for end in ends if end is not None]


def _joined(
    query: exp.Select, relation: Relation, alias: str, places: Sequence[str], table: Table
) -> exp.Select:
    own = [
        column(place, alias)
        for label, value in relation.columns.items()
        if label not in table.one_row_per
        for place in physical(value)
    ]
    keys = [
        trees.named(tree, f"#{place}")
        for place, tree in zip(places, _key_trees(relation, table), strict=True)
    ]
    marked = exp.Select(expressions=[exp.Star(), trees.named(exp.true(), "#found"), *keys])
    found = exp.Not(this=exp.Is(this=column("#found", alias), expression=exp.Null()))
    on = exp.and_(
        *(exp.NullSafeEQ(this=column(p, "keys"), expression=column(f"#{p}", alias)) for p in places)
    )
    right = marked.from_(relation.table, copy=False).subquery(alias, copy=False)
    query = query.select(*own, trees.named(found, f"{alias}#found"), copy=False)
    return query.join(right, on=on, join_type="left", copy=False)


def _filter(parts: Parts, steps: Steps, formula: str | None, section: str) -> None:
    if formula is None:
        return
    parts.require(formula, (section,))
    build([parts], steps)
    with placed((section,)):
        steps.keep(translate_condition(formula, parts.current()).first)


def _cut(parts: Parts, steps: Steps, table: Table) -> None:
    """Keep the rows up to and including the first for which `until` is true."""
    assert table.until is not None
    parts.require(table.until, ("until",))
    parts.require(table.one_row_per[-1], ("until",))
    build([parts], steps)
    scope = parts.current()
    with placed(("until",)):
        done = translate_condition(table.until, scope).first
        partition = tuple(
            end
            for key in table.one_row_per[:-1]
            for end in _ends(scope.value(exp.column(key)))
            if end is not None
        )
        last = scope.value(exp.column(table.one_row_per[-1]))
        order = exp.Ordered(this=last.first.copy(), desc=False, nulls_first=False)
    before = Frame(partition, (order,), "earlier").over(
        exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=done))
    )
    counted = steps.extend({"#until": Value("integer", before)})["#until"]
    steps.keep(exp.EQ(this=counted.first, expression=exp.Literal.number(0)))


def _wanted(parts: Parts, table: Table, made: Collection[str] | None) -> dict[str, list[str]]:
    """Return all that is read of each look-up: it is joined once, perhaps already for `where`."""
    noted = replace(parts, wanted={}, needed={})
    for section, formula in (("where", table.where), ("until", table.until)):
        if formula is not None:
            noted.require(formula, (section,))
    _require_all(noted, table, made)
    others = {alias for alias, one in parts.lookups.items() if one.from_ != THIS_TABLE}
    return {alias: read for alias, read in noted.wanted.items() if alias in others}


def _require_all(parts: Parts, table: Table, made: Collection[str] | None) -> None:
    for name in (*parts.columns, *parts.defaults, *(table.decide.sets if table.decide else ())):
        if made is None or name in made:
            parts.require_name(name, ("columns", name))
    if table.keep is not None:
        parts.require(table.keep, ("keep",))


def _finish(
    name: str,
    table: Table,
    parts: Parts,
    steps: Steps,
    grouped: bool,
    made: Collection[str] | None,
) -> tuple[exp.Select, Relation]:
    scope = parts.current()
    constant = _constant_in_group(table, parts) if grouped else set[str]()
    built = {
        label: value for label, value in {**parts.ready}.items() if not grouped or label in constant
    }
    built.pop(DECIDE, None)
    kept: dict[str, Value] = {}
    if grouped:
        for key in table.one_row_per:
            kept[key] = scope.value(exp.column(key))
    else:
        kept.update(parts.here.columns)
    kept.update(built)
    left_out = frozenset[str]()
    if made is not None:
        left_out = frozenset({*kept, *table.columns} - set(made))
        kept = {label: value for label, value in kept.items() if label in made}
    columns, selected = renamed(kept)
    if not grouped:
        selected += parts.here.row_columns
    if grouped:
        keys = [place for key in table.one_row_per for place in _ends(kept[key]) if place]
        query = one_row_each(selected, keys, steps)
    else:
        query = exp.select(*selected, copy=False).from_(steps.last, copy=False)
    named = tuple(part for part in table.one_row_per if part != EXAMPLE)
    relation = Relation(
        name,
        columns,
        named,
        parts.here.has_rows and not grouped,
        in_order=not grouped and table.until is None and stays_in_order(table, parts.here),
        left_out=left_out,
    )
    return steps.finish(query), relation


def _constant_in_group(table: Table, parts: Parts) -> set[str]:
    """Return the columns that have one value per row of a table with fewer rows."""
    constant = set(table.one_row_per)
    if table.decide is not None:
        constant |= {*table.decide.sets, DECIDE + LINE}
    fixed = {name for name in table.lookups if _is_per_group(name, table, parts)}
    todo = dict(table.columns)
    progress = True
    while progress:
        progress = False
        for name, spec in list(todo.items()):
            read = [text for text in _texts(spec) if text not in constant]
            if all(_is_constant(text, constant, fixed, parts) for text in read):
                constant |= {name, name + LINE}
                del todo[name]
                progress = True
    return constant


def _is_per_group(name: str, table: Table, parts: Parts) -> bool:
    """Tell whether a look-up finds the same row for all rows that make one row of the table."""
    lookup = table.lookups[name]
    if reads_this(lookup) or lookup.from_ == THIS_TABLE:
        return False
    matched = match_columns(lookup, parts.here, parts.find(lookup.from_))
    return set(matched.values()) <= set(table.one_row_per)


def _texts(spec: Column) -> list[str]:
    if spec.value is not None:
        return [spec.value]
    if spec.decide_by is not None:
        return list(spec.decide_by[:-1])
    lines = spec.first_true or ()
    results = [line.result for line in lines if is_identifier(line.result)]
    return [line.when for line in lines if line.when != OTHERWISE] + results


def _is_constant(text: str, constant: set[str], fixed: set[str], parts: Parts) -> bool:
    known = {*parts.here.columns, *parts.columns}

    def reads(node: exp.Expr) -> bool:
        if isinstance(node, exp.Column):
            if node.table:
                return node.table in fixed
            return node.name in constant or node.name not in known
        if isinstance(node, exp.Anonymous | exp.Filter) and not isinstance(node.parent, exp.Window):
            call = node.this if isinstance(node, exp.Filter) else node
            if is_aggregate(call.name.lower(), len(call.expressions)):
                return True
        if isinstance(node, exp.Window):
            return False
        return all(reads(child) for child in node.iter_expressions())

    return reads(parsed(text))


def _stack(
    name: str, table: Table, find: Find, scope: Scope, read: Collection[str] | None
) -> tuple[exp.Select, Relation]:
    """Put the rows of several tables under one another; a column that one lacks is missing."""
    assert table.stack is not None
    pieces: list[tuple[Relation, dict[str, Value], exp.Expr | None]] = []
    for number, part in enumerate(table.stack):
        with placed(("stack", number, "from")):
            relation = find(part.from_)
        inner = replace(scope, columns=relation.columns)
        values = dict(relation.columns)
        for label, formula in part.columns.items():
            if read is None or label in read or label in table.one_row_per:
                with placed(("stack", number, label)):
                    values[label] = result(formula, inner)
        where = None
        if part.where is not None:
            with placed(("stack", number, "where")):
                where = translate_condition(part.where, inner).first
        pieces.append((relation, values, where))
    labels = dict.fromkeys(
        label
        for _, values, _ in pieces
        for label in values
        if read is None or label in read or label in table.one_row_per
    )
    columns: dict[str, Value] = {}
    selected: list[list[exp.Expr]] = [[] for _ in pieces]
    for label in labels:
        found = [values.get(label, Value("missing", exp.Null())) for _, values, _ in pieces]
        same = alike(found, label)
        model = next(value for value in same if value.kind != "missing")
        two = any(value.last is not None for value in same)
        for own, value in zip(selected, same, strict=True):
            low, high = value.ends
            own.append(trees.named(low, label))
            if two:
                own.append(trees.named(high, label + LAST))
        columns[label] = replace(
            model,
            first=column(label),
            last=column(label + LAST) if two else None,
            show=None,
            literal=None,
            codes=None,
        )
    in_order = all(relation.has_rows and relation.in_order for relation, _, _ in pieces)
    for number, (own, (relation, _, _)) in enumerate(zip(selected, pieces, strict=True)):
        place = relation.place
        if in_order and place is not None:
            before = exp.Literal.number(number * MOST_FILES * MOST_ROWS)
            whole_place = exp.Add(this=trees.cast(before, "BIGINT"), expression=place)
            own.append(trees.named(whole_place, PLACE))
    selects = [
        exp.Select(expressions=own).from_(relation.table, copy=False).where(where, copy=False)
        for own, (relation, _, where) in zip(selected, pieces, strict=True)
    ]
    whole: exp.Query = selects[0]
    for more in selects[1:]:
        whole = whole.union(more, distinct=False, copy=False)
    query = exp.select(exp.Star()).from_(whole.subquery("stacked", copy=False), copy=False)
    return query, Relation(name, columns, tuple(table.one_row_per), in_order=in_order)
