"""The data dictionary of a REDCap project, when its CSV lies beside the export.

Source: the 18 columns of a REDCap data dictionary; choices are written `1, Male | 2, Female`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from oncorules.data.export import Export, RawTable
from oncorules.data.peek import column_of, peek

_NAME, _FORM = "Variable / Field Name", "Form Name"
_TYPE, _LABEL = "Field Type", "Field Label"
_CHOICES = "Choices, Calculations, OR Slider Labels"
_OTHER_NAMES = {  # as the API of REDCap gives it
    _NAME: "field_name",
    _FORM: "form_name",
    _TYPE: "field_type",
    _LABEL: "field_label",
    _CHOICES: "select_choices_or_calculations",
}
_WITH_CHOICES = ("radio", "dropdown", "checkbox")
_YES_NO = {"yesno": {"1": "yes", "0": "no"}, "truefalse": {"1": "true", "0": "false"}}
_MOST = 20_000


@dataclass(frozen=True)
class Described:
    """What a dictionary says of one field."""

    form: str
    label: str
    choices: Mapping[str, str]


def is_dictionary(table: RawTable) -> bool:
    """Return whether a table is a data dictionary and no data."""
    return all(_column(table, name) for name in (_NAME, _FORM, _CHOICES))


def read_dictionary(export: Export) -> dict[str, Described]:
    """Return what the dictionaries of an export say, by field.

    Raises:
        DataError: a file cannot be read.
    """
    found: dict[str, Described] = {}
    for table in export.tables.values():
        if not is_dictionary(table):
            continue
        names = [_column(table, name) for name in _OTHER_NAMES]
        there = [name for name in names if name]
        for row in peek(table.parts[0], there, _MOST):
            told = dict(zip(there, row, strict=True))
            name, form, kind, label, choices = (told.get(one or "", "") for one in names)
            found[name] = Described(form, label, _choices(kind, choices))
    return found


def _column(table: RawTable, name: str) -> str | None:
    part = table.parts[0]
    return column_of(part, name) or column_of(part, _OTHER_NAMES[name])


def _choices(kind: str, text: str) -> dict[str, str]:
    """Return the codes of a field with their meanings.

    >>> _choices("radio", "1, Male | 2, Female, or other")
    {'1': 'Male', '2': 'Female, or other'}
    """
    if kind in _YES_NO:
        return _YES_NO[kind]
    if kind not in _WITH_CHOICES:
        return {}
    pairs = [one.partition(",") for one in text.split("|")]
    return {code.strip(): meaning.strip() for code, sign, meaning in pairs if sign}
