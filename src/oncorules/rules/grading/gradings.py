"""Gradings: the rows of a table with a grade for every term that looks at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from sqlglot import exp

from oncorules.errors import did_you_mean
from oncorules.rules.compiler.needs import DECIDE, placed
from oncorules.rules.compiler.parts import Parts, build
from oncorules.rules.compiler.relation import Relation, column, renamed
from oncorules.rules.compiler.row_order import stays_in_order
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.compiler.value_lists import ValueList
from oncorules.rules.grading.formulas import READS, TEST, UNIT, group_of
from oncorules.rules.grading.rows import CONVERTED_UNIT, GRADED, GradeRows
from oncorules.rules.grading.terms import VARIANT, Terms, collect_terms
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.translate import translate, translate_condition
from oncorules.rules.language.values import Value, integer
from oncorules.rules.loading.model import Grading

Find = Callable[[str], Relation]


def compile_grading(
    name: str, grading: Grading, find: Find, scope: Scope
) -> tuple[exp.Select, Relation]:
    """Return the query of a grading, and the relation that it becomes.

    Args:
        name: the engine's name of the table.
        grading: the entry as written.
        find: returns the tables it reads.
        scope: parameters, ranked codes and schedules.

    Raises:
        FormulaError: a formula does not fit; `path` tells which one of the entry.
    """
    steps, here, reads = rows_to_grade(grading, find, scope)
    return _graded(name, grading, steps, here, reads, scope)


def readable(grading: Grading, find: Find, scope: Scope) -> dict[str, Value]:
    """Return what the terms of a grading can read, by name: columns, and what `reads` says."""
    _, here, reads = rows_to_grade(grading, find, scope)
    return {**here.columns, **reads}


def compile_terms(
    name: str, grading: Grading, given: Relation, scope: Scope
) -> tuple[exp.Select, Relation]:
    """Return the query that grades rows which hold, by name, what the terms read.

    Each term is graded for itself, so that many forms of one term can be tried together: each row
    comes out once for each term, whose place stands in the column `#variant`.

    Args:
        name: the engine's name of the graded table.
        grading: the entry as written; its `of`, `where`, look-ups and `reads` are passed over.
        given: the rows.
        scope: parameters and ranked codes.
    """
    steps = Steps(given.table)
    numbers = ValueList({VARIANT: "INTEGER"}, [(n,) for n in range(len(grading.terms))])
    listed = exp.alias_(steps.list(numbers), "variants", table=True, quoted=True)
    everything = exp.Column(this=exp.Star(), table=exp.to_identifier("given", quoted=True))
    steps.add(
        exp.select(everything, column(VARIANT, "variants"))
        .from_(exp.alias_(steps.last, "given", table=True, quoted=True))
        .join(listed, join_type="cross")
    )
    here = replace(given, columns={**given.columns, VARIANT: integer(column(VARIANT))})
    reads = {label: given.columns[label] for label in _names(grading, given.columns)}
    bare = grading.model_copy(update={"converted": {}})  # no term is decided by it
    return _graded(name, bare, steps, here, reads, scope)


def _names(grading: Grading, columns: Mapping[str, Value]) -> list[str]:
    names = dict.fromkeys((*READS, *grading.reads))
    return [name for name in names if name in columns]


def rows_to_grade(
    grading: Grading, find: Find, scope: Scope
) -> tuple[Steps, Relation, dict[str, Value]]:
    """Return the rows to grade with their columns, and what the terms read of them."""
    with placed(("of",)):
        here = find(grading.of)
    steps = Steps(here.table)
    parts = Parts(
        here,
        find,
        scope,
        lookups=grading.lookups,
        windows=grading.windows,
        runs=grading.runs,
        columns=grading.columns,
        prefix="own.",
    )
    if grading.where is not None:
        parts.require(grading.where, ("where",))
        build([parts], steps)
        with placed(("where",)):
            steps.keep(translate_condition(grading.where, parts.current()).first)
    for label in grading.columns:
        parts.require_name(label, ("columns", label))
    for label, formula in grading.reads.items():
        parts.require(formula, ("reads", label))
    build([parts], steps)
    now = parts.current()
    built = {label: value for label, value in parts.ready.items() if label != DECIDE}
    columns = {**here.columns, **built}
    reads = {label: columns[label] for label in READS if label in columns}
    for label, formula in grading.reads.items():
        with placed(("reads", label)):
            reads[label] = translate(formula, now)
    stored = steps.extend({f"read.{label}": value for label, value in reads.items()})
    return (
        steps,
        replace(here, columns=columns),
        {label: stored[f"read.{label}"] for label in reads},
    )


def _graded(
    name: str,
    grading: Grading,
    steps: Steps,
    here: Relation,
    reads: Mapping[str, Value],
    scope: Scope,
) -> tuple[exp.Select, Relation]:
    terms = terms_to_grade(grading, here, reads, scope)
    names = {**here.columns, **reads}
    graded = GradeRows(steps, names, terms, scope, grading.converted).graded()
    here = replace(here, in_order=stays_in_order(grading, here))
    return _finish(name, {**here.columns, **reads_kept(here, reads), **graded}, here, steps)


def terms_to_grade(
    grading: Grading, here: Relation, reads: Mapping[str, Value], scope: Scope
) -> Terms:
    """Return the terms of a grading, once it is known that they fit what is read for them."""
    _check(grading, here, reads)
    groups = _groups(reads)
    names = {**here.columns, **reads}
    terms = collect_terms(grading, names, groups, scope, variants=VARIANT in names)
    for label, value in grading.converted.items():
        if value not in groups:
            with placed(("converted", label)):
                raise FormulaError(f'"{value}" is no measured value{did_you_mean(value, groups)}')
    needed = (*terms.unit_groups, *(groups[value] for value in grading.converted.values()))
    _check_units(needed, reads)
    return terms


def reads_kept(here: Relation, reads: Mapping[str, Value]) -> dict[str, Value]:
    """Return what the terms read, as columns of the result; a column of the table stays itself."""
    return {name: value for name, value in reads.items() if name not in here.columns}


def _check(grading: Grading, here: Relation, reads: Mapping[str, Value]) -> None:
    if TEST not in reads:
        raise FormulaError(
            f"nothing is read for {TEST}: say which column holds the test code, such as "
            f"`{TEST}: LBTESTCD` under `reads`"
        )
    for name in (TEST, UNIT, "SPECIMEN", "CATEGORY"):
        if name in reads and reads[name].kind not in ("text", "missing"):
            with placed(("reads", name)):
                raise FormulaError(f"{name} must be a text, and it is a {reads[name].kind}")
    made = (*GRADED, *grading.converted, *([CONVERTED_UNIT] if grading.converted else []))
    for name in made:
        if name in here.columns:
            with placed(("of",)):
                raise FormulaError(
                    f'the table has a column "{name}", which the grading makes: rename it'
                )


def _groups(reads: Mapping[str, Value]) -> dict[str, str]:
    """Return the measured values that are read, with the group whose unit each is in."""
    numbers = [label for label, value in reads.items() if value.numeric]
    found = {label: group_of(label, reads) for label in numbers}
    return {label: group for label, group in found.items() if group is not None}


def _check_units(groups: Iterable[str], reads: Mapping[str, Value]) -> None:
    for group in groups:
        label = f"{group}_{UNIT}" if group else UNIT
        if label not in reads:
            raise FormulaError(
                f"the limits are in a unit, and nothing is read for {label}: say which column "
                f"holds it, such as `{UNIT}: LBSTRESU` under `reads`"
            )


def _finish(
    name: str, kept: Mapping[str, Value], here: Relation, steps: Steps
) -> tuple[exp.Select, Relation]:
    columns, selected = renamed(kept)
    query = exp.select(*selected, *here.row_columns, copy=False).from_(steps.last, copy=False)
    return steps.finish(query), Relation(
        name, columns, here.key, here.has_rows, in_order=here.in_order
    )
