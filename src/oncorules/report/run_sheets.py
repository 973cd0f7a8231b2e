"""The rules, tables and settings of a run as the rows of sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from oncorules import __version__
from oncorules.engine import trees
from oncorules.report.rule_words import Words
from oncorules.report.workbook import Cell, Field
from oncorules.rules.catalogue.pages import source_text
from oncorules.rules.deriving.reading import tables_read
from oncorules.rules.loading.model_base import scalar_text

if TYPE_CHECKING:
    from oncorules.rules.session import Session
    from oncorules.validation.run import ValidationResult

RULE_FIELDS = (
    Field("rule", 26),
    Field("table", 16),
    Field("severity", 9),
    Field("status", 16),
    Field("reason", 40, wrap=True),
    Field("findings", 9),
    Field("subjects", 9),
    Field("met", 9),
    Field("not evaluable", 13),
    Field("not in scope", 12),
    Field("title", 40, wrap=True),
    Field("expected", 50, wrap=True),
    Field("formula", 36, wrap=True),
    Field("source", 36, wrap=True),
    Field("pack", 14),
    Field("version", 9),
)
DERIVED_FIELDS = (
    Field("table", 20),
    Field("pack", 14),
    Field("rows", 10),
    Field("one row per", 40, wrap=True),
    Field("title", 60, wrap=True),
)
DATA_FIELDS = (
    Field("table", 10),
    Field("in the export", 13),
    Field("files", 24, wrap=True),
    Field("rows", 10),
    Field("subjects", 10),
    Field("columns", 9),
    Field("required and missing", 30, wrap=True),
    Field("expected and missing", 40, wrap=True),
    Field("not in the table model", 40, wrap=True),
)
CONFIGURATION_FIELDS = (
    Field("part", 12),
    Field("name", 44, wrap=True),
    Field("value", 30, wrap=True),
    Field("unit", 10),
    Field("given by", 40, wrap=True),
    Field("source", 50, wrap=True),
)


def rule_rows(
    result: ValidationResult,
    words: Mapping[tuple[str, str], Words],
    subjects: Mapping[tuple[str, str], int],
) -> Iterator[list[Cell]]:
    """Go through the rules as rows of `RULE_FIELDS`, in the order of the run.

    Args:
        result: the run.
        words: what each rule expects, by rule and table.
        subjects: how many subjects have findings, by rule and table; none when not named.
    """
    for rule in result.rules:
        place = (rule.rule_id, rule.table)
        yield [
            rule.rule_id,
            rule.table,
            rule.severity,
            rule.status,
            rule.reason,
            rule.not_met,
            subjects.get(place, 0),
            rule.met,
            rule.not_evaluable,
            rule.not_in_scope,
            rule.title,
            words[place].expected,
            words[place].formula,
            rule.source,
            rule.pack,
            rule.rule_version,
        ]


def derived_rows(session: Session) -> list[list[Cell]]:
    """Return the tables that rules derived, as rows of `DERIVED_FIELDS`.

    A table that is worked out anew by each rule that reads it is not counted.
    """
    packs = {pack.id: pack for pack in session.packs}
    found: list[list[Cell]] = []
    for (pack, name), relation in sorted(session.workspace.derived.items()):
        rows = _count(session, relation.name) if session.engine.is_stored(relation.name) else None
        owner = packs[pack]
        part = owner.tables.get(name) or owner.gradings.get(name) or owner.selections.get(name)
        title = part.title if part is not None else None
        found.append([name, pack, rows, ", ".join(relation.key), title])
    return found


def _count(session: Session, name: str) -> int:
    query = exp.select(exp.Count(this=exp.Star())).from_(trees.table(name))
    row = session.engine.run(query).fetchone()
    return int(row[0]) if row is not None else 0


def data_rows(result: ValidationResult) -> list[list[Cell]]:
    """Return the tables of the export, and those that rules read and it does not have."""
    tables, model = result.session.tables, result.session.workspace.model
    found: list[list[Cell]] = []
    for read in result.export.tables:
        table = tables[read.name]
        lists = (table.missing_required, table.missing_expected, table.extra)
        shown = [", ".join(names) for names in lists]
        files = "\n".join(table.files)
        if table.model is None:
            shown[2] = "the whole table"
        counts = (read.rows, read.subjects, len(table.columns))
        found.append([read.name, "yes", files, *counts, *shown])
    absent = sorted(
        name
        for name in tables_read(result.session.packs)
        if name not in tables and model.table(name) is not None
    )
    return found + [[name, "no"] for name in absent]


def configuration_rows(
    result: ValidationResult, options: Mapping[str, object]
) -> Iterator[list[Cell]]:
    """Go through versions, what was asked for, packs and parameters.

    Args:
        result: the run.
        options: further options of the call by name; those without a value are left out.
    """
    asked, packs = result.asked, result.session.packs
    yield ["program", "oncorules", __version__]
    yield ["run", "date", asked.date.isoformat()]
    yield ["run", "structure", asked.structure]
    given: dict[str, object] = {"rules": asked.rules, "exclude": asked.exclude, **options}
    for name, value in given.items():
        if value is not None and value != ():
            yield ["run", name, _listed(value)]
    for number, pack in enumerate(packs):
        source = source_text(pack.source) if pack.source is not None else None
        kind = "study" if asked.study and number == 0 else "pack"
        yield [kind, pack.id, pack.version, None, None, source]
        for name, version in pack.versions.items():
            if name != pack.id:
                yield ["pack", name, version, None, f"extended by {pack.id}"]
    for one in result.session.workspace.parameters:
        value, source = str(scalar_text(one.value)), source_text(one.declared.source)
        yield ["parameter", one.address, value, one.unit, one.origin, source]


def _listed(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
