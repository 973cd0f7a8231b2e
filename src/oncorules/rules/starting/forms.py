"""The forms of an export: which columns of which file, on which rows, belong together.

REDCap gives all forms of a project as one file: the rows of a repeating form are told by
`redcap_repeat_instrument`, and behind the fields of each form stands `FORM_complete`. Castor gives
a file with a row per participant, and one for each kind of repeating data. Any other file is one
form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from oncorules.data.export import Export, Part, RawTable
from oncorules.data.peek import column_of, peek
from oncorules.rules.starting.dictionary import Described, is_dictionary, read_dictionary
from oncorules.rules.starting.words import plain

EVENT, REPEATED, INSTANCE = (
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
)
_COMPLETE = "_complete"
_CHECKBOX = re.compile(r"(.+)___(.+)")
_CASTOR_IDS = ("participant id", "record id")
_CASTOR = (
    "participant status",
    "site abbreviation",
    "institute abbreviation",
    "participant creation date",
    "record creation date",
    "report name custom",
    "repeating data name custom",
    "report parent",
    "repeating data parent",
    "report creation date",
    "repeating data creation date",
)
_MOST_FORMS = 500


@dataclass(frozen=True)
class Field:
    """A column of a form: its name, its label, and what its codes mean where that is known."""

    name: str
    label: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """Columns that belong together.

    Attributes:
        name: what the form or file is called.
        style: `REDCap`, `Castor` or empty.
        source: the file, as a study names it.
        part: the file.
        fields: its own columns.
        around: columns of the file that belong to every form: the subject, the event, the site.
        where: which rows are of this form.
        instance: the column that counts the repetitions; None where there is none.
        repeats: whether a subject may have several rows, visits apart.
    """

    name: str
    style: str
    source: str
    part: Part
    fields: tuple[Field, ...]
    around: tuple[Field, ...]
    where: Mapping[str, tuple[str, ...]]
    instance: str | None
    repeats: bool


def find_forms(export: Export) -> list[Form]:
    """Return the forms of all tables of an export, those of a data dictionary left out.

    Raises:
        DataError: a file cannot be read.
    """
    told = read_dictionary(export)
    forms: list[Form] = []
    for table in export.tables.values():
        if is_dictionary(table):
            continue
        names = {column.name.casefold() for column in table.columns}
        if {EVENT, REPEATED} & names or any(name.endswith(_COMPLETE) for name in names):
            forms += _of_redcap(table, told)
        else:
            forms.append(_of_file(table, told))
    return forms


def _of_redcap(table: RawTable, told: Mapping[str, Described]) -> list[Form]:
    part = table.parts[0]
    first, *rest = (column.name for column in table.columns)
    around = [first]
    groups: dict[str, list[str]] = {}
    open_fields: list[str] = []
    for name in rest:
        if name.casefold().startswith("redcap_"):
            around.append(name)
        elif name.endswith(_COMPLETE):
            groups.setdefault(name.removesuffix(_COMPLETE), []).extend(open_fields)
            open_fields = []
        elif (known := _described(name, told)) is not None:
            groups.setdefault(known.form, []).append(name)
        else:
            open_fields.append(name)
    repeated = column_of(part, REPEATED)
    for name in open_fields:  # neither a dictionary nor the order of the columns tells the form
        groups.setdefault(_form_by_rows(part, name, repeated) or table.name, []).append(name)
    values = [one for (one,) in peek(part, [repeated], _MOST_FORMS)] if repeated else []
    forms = []
    for group, names in groups.items():
        same = [one for one in values if plain(one) == plain(group)]
        rows = tuple(same) or ("",)
        forms.append(
            Form(
                group,
                "REDCap",
                _source(table),
                part,
                tuple(_field(name, told) for name in names),
                tuple(_field(name, told) for name in around),
                {repeated: rows} if repeated else {},
                column_of(part, INSTANCE) if same else None,
                bool(same),
            )
        )
    return forms


def _form_by_rows(part: Part, name: str, repeated: str | None) -> str:
    """Return the repeating form in whose rows alone a column is filled; else nothing."""
    forms = {form for _, form in peek(part, [name, repeated], _MOST_FORMS)} if repeated else set()
    return forms.pop() if len(forms) == 1 else ""


def _of_file(table: RawTable, told: Mapping[str, Described]) -> Form:
    names = [column.name for column in table.columns]
    is_castor = any(plain(name) in _CASTOR_IDS for name in names) and any(
        plain(name) in _CASTOR for name in names
    )
    around = [name for name in names if is_castor and plain(name) in (*_CASTOR_IDS, *_CASTOR)]
    fields = tuple(_field(name, told) for name in names if name not in around)
    return Form(
        table.name,
        "Castor" if is_castor else "",
        _source(table),
        table.parts[0],
        fields,
        tuple(_field(name, told) for name in around),
        {},
        None,
        not is_castor or any("parent" in plain(name) for name in around),
    )


def _source(table: RawTable) -> str:
    """Return how a study names a table: by its file where that says it, else by its name."""
    file = PurePath(table.parts[0].file).name
    return file if len(table.parts) == 1 and "[" not in file else table.name


def is_checkbox(name: str) -> bool:
    """Return whether a column is one choice of a REDCap checkbox (`race___2`)."""
    return _CHECKBOX.fullmatch(name) is not None


def _described(name: str, told: Mapping[str, Described]) -> Described | None:
    match = _CHECKBOX.fullmatch(name)
    return told.get(name) or (told.get(match[1]) if match else None)


def _field(name: str, told: Mapping[str, Described]) -> Field:
    known = _described(name, told)
    label = known.label if known else ""
    if is_checkbox(name):
        return Field(name, label, {"1": "yes", "0": "no"})
    return Field(name, label, known.choices if known else {})
