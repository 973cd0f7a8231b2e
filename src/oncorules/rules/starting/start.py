"""A study to start from: the export looked at, and the text of its study file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from oncorules.data.export import Export
from oncorules.data.mapping import TableFrom, map_export
from oncorules.data.model import standard_model
from oncorules.data.recognise import Recognised, recognise
from oncorules.data.standard_version import describe_version
from oncorules.rules.loading.fitting import find_fitting
from oncorules.rules.starting.forms import Form, find_forms
from oncorules.rules.starting.study_file import study_text
from oncorules.rules.starting.subjects import at_one_event, joined_forms
from oncorules.rules.starting.suggest import Suggested, suggest, suggest_subjects

_SUBJECTS = "DM"


@dataclass(frozen=True)
class Started:
    """The study file of an export, and what it says.

    Attributes:
        text: the text of `pack.yaml`.
        packs: the shipped packs that it builds on.
        tables: for each table that it reads, the files and how many columns are sure and unsure.
        kept: tables that are read as they are.
        unused: forms that no table was found for.
    """

    text: str
    packs: tuple[str, ...]
    tables: tuple[tuple[str, str, int, int], ...]
    kept: tuple[str, ...]
    unused: tuple[str, ...]


def start_study(export: Export, study: str) -> Started:
    """Return a study file for an export.

    Args:
        export: what was read.
        study: the id of the study.

    Raises:
        DataError: a file cannot be read.
    """
    found = recognise(export)
    known = {*found.sdtm, *found.adam}
    others = {name: table for name, table in found.export.tables.items() if name not in known}
    forms = find_forms(replace(export, tables=others))
    suggested = _suggested(forms, known, study)
    ways: dict[str, list[TableFrom]] = {}
    for one in suggested:
        if one.sure:
            columns = {line.name: line.column for line in one.lines if line.sure}
            way = TableFrom(one.form.source, one.where, one.filled, columns)
            ways.setdefault(one.table, []).append(way)
    mapped = map_export(found.export, ways)
    there = {
        name: {column.name.upper() for part in table.parts for column in part.columns}
        for name, table in mapped.tables.items()
        if name in found.sdtm or name in ways
    }
    fitting = find_fitting(there)
    left = [_left_of(form, suggested) for form in forms]
    unused = [one for one, form in zip(left, forms, strict=True) if one.fields == form.fields]
    standard = describe_version(found.export) if found.sdtm else "the site's own tables"
    text = study_text(study, standard, fitting, found.renamed, suggested, left)
    return Started(
        text,
        tuple(one.id for one in fitting if not one.ask),
        (*_kept_columns(found), *_counted(suggested)),
        tuple(sorted(known - set(found.renamed))),
        tuple(form.name for form in unused if form.fields),
    )


def _suggested(forms: Sequence[Form], known: set[str], study: str) -> list[Suggested]:
    model = standard_model()
    found = [one for form in forms for one in suggest(form, model, study)]
    joined = [one for form in joined_forms(forms) for one in suggest_subjects(form, model, study)]
    files = {one.form.source for one in joined}
    found = [one for one in found if one.table != _SUBJECTS or one.form.source not in files]
    subjects = [at_one_event(one) for one in [*found, *joined] if one.table == _SUBJECTS]
    subjects.sort(key=lambda one: -len(one.filled))  # a subject has one row: one file gives it
    rest = [one for one in found if one.table != _SUBJECTS]
    return [one for one in (*subjects[:1], *rest) if one.table not in known]


def _left_of(form: Form, suggested: Sequence[Suggested]) -> Form:
    """Return a form with the fields alone that no line of the study file names."""
    named = {
        line.column.source
        for one in suggested
        if one.form.source == form.source
        for line in one.lines
    }
    return replace(form, fields=tuple(one for one in form.fields if one.name not in named))


def _kept_columns(found: Recognised) -> list[tuple[str, str, int, int]]:
    """Return the tables in files of another name, of which all columns are read."""
    tables = {name: found.export.tables[name] for name in found.renamed}
    return [
        (name, ", ".join(part.file for part in table.parts), len(table.columns), 0)
        for name, table in tables.items()
    ]


def _counted(suggested: Sequence[Suggested]) -> list[tuple[str, str, int, int]]:
    tables: dict[str, list[Suggested]] = {}
    for one in suggested:
        tables.setdefault(one.table, []).append(one)
    return [
        (
            table,
            ", ".join(dict.fromkeys(one.form.source for one in ways)),
            len({line.name for one in ways if one.sure for line in one.lines if line.sure}),
            len({line.name for one in ways for line in one.lines if not (line.sure and one.sure)}),
        )
        for table, ways in tables.items()
    ]
