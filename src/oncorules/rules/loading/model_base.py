"""What all parts of a rule pack share: the strict base, texts, names, formulas, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

Scalar: TypeAlias = "str | int | Decimal | bool | None"

SCALAR_SCHEMA: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
_NAME = r"^(--)?[A-Za-z_][A-Za-z0-9_]*$"
_RULE_ID = r"^[A-Za-z][A-Za-z0-9_-]*$"
_PACK_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


def scalar_text(value: object) -> object:
    """Return a single value as the text that stood in the file; anything else unchanged.

    >>> scalar_text(Decimal("1.50")), scalar_text(None), scalar_text(True), scalar_text("x")
    ('1.50', 'null', 'true', 'x')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, int) else value


def _checked_scalar(value: object) -> object:
    if value is None or isinstance(value, (str, bool, int, Decimal)):
        return value
    raise ValueError("expected one value, not a list or a mapping")


def _checked_setting(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError('expected a number or a text; for a switch write "choices: [yes, no]"')
    if isinstance(value, str) and re.fullmatch(r"[-+]?(\d+\.|[\d.]+[eE][-+]?\d+|0[xo]\w+)", value):
        raise ValueError(f'"{value}" is a text here; write the number in plain digits')
    if isinstance(value, (str, int, Decimal)):
        return value
    raise ValueError("expected a number or a text")


def as_list(value: object) -> object:
    """Return one value as a list of one; a list unchanged."""
    return [value] if isinstance(value, (str, int, Decimal, bool)) else value


def _plain_text(value: object) -> object:
    text = scalar_text(value)
    return text.rstrip("\n") if isinstance(text, str) else text  # a block text ends in a line end


def repeated(items: Iterable[str]) -> str | None:
    """Return the first item that stands twice, if any."""
    seen: set[str] = set()
    for item in items:
        if item in seen:
            return item
        seen.add(item)
    return None


def _value_text(value: object) -> object:
    text = scalar_text(value)
    if isinstance(text, str):
        if not text.strip():
            raise ValueError("expected a formula, found an empty text")
        return text.rstrip()
    raise ValueError("expected a formula, not a list or a mapping")


def _formula_text(value: object) -> object:
    if value is None:
        raise ValueError("expected a formula, found nothing")
    return _value_text(value)


Text = Annotated[
    str, BeforeValidator(_plain_text), WithJsonSchema({"type": ["string", "number", "boolean"]})
]
"""A text; a number is taken with the digits it was written with (version: 1.10)."""


def _known_unit(text: str) -> str:
    from oncorules.data.units import known_units, unit_error

    if text not in known_units():
        raise ValueError(unit_error(text))
    return text


UnitName = Annotated[Text, AfterValidator(_known_unit)]
"""A unit by its submission value, as in `data/units.yaml`."""

_FORMULA_SCHEMA = WithJsonSchema(
    {"type": ["string", "number", "boolean"], "description": "a formula of the rule language"}
)
_VALUE_SCHEMA = WithJsonSchema(
    {**SCALAR_SCHEMA, "description": "a formula of the rule language, or null"}
)

Formula = Annotated[str, BeforeValidator(_formula_text), _FORMULA_SCHEMA]
"""A formula as written; a number, true or false becomes its exact text, nothing is refused."""

OptionalFormula = Annotated[str | None, BeforeValidator(_formula_text), _FORMULA_SCHEMA]
"""A formula under a key that may be left out, but not be left empty."""

ValueFormula = Annotated[str, BeforeValidator(_value_text), _VALUE_SCHEMA]
"""A formula that gives a value; null is such a formula and becomes the text `null`."""

OptionalValue = Annotated[str | None, BeforeValidator(_value_text), _VALUE_SCHEMA]
"""A formula that gives a value, under a key that may be left out."""

Cell = Annotated[Any, BeforeValidator(_checked_scalar), WithJsonSchema(SCALAR_SCHEMA)]
"""One value of a small table: text, int, Decimal, bool or None."""

Setting = Annotated[
    Any, BeforeValidator(_checked_setting), WithJsonSchema({"type": ["string", "number"]})
]
"""A value of a parameter: text, int or Decimal."""

Name = Annotated[str, Field(pattern=_NAME)]
"""A name that formulas can use: letters, digits, underscore; `--` stands for the domain."""

RuleId = Annotated[str, Field(pattern=_RULE_ID)]
PackId = Annotated[str, BeforeValidator(scalar_text), Field(pattern=_PACK_ID)]

TextList = Annotated[
    tuple[Text, ...],
    BeforeValidator(as_list),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number"]},
                {"type": "array", "items": {"type": ["string", "number"]}},
            ]
        }
    ),
]
"""One text or a list of texts; always a tuple afterwards."""


class Strict(BaseModel):
    """A part of a rule file: nothing unknown is taken, nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Strict):
    """Where a number or a rule comes from; `source: ours` is a document too."""

    document: Text
    section: Text | None = None
    note: Text | None = None
    url: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, value: object) -> object:
        text = scalar_text(value)
        return {"document": text} if value is not None and isinstance(text, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the schema: a text, or a mapping with a document."""
        return {"anyOf": [{"type": "string"}, handler(core)]}

    def __str__(self) -> str:
        """Return `document, section` in one line."""
        return ", ".join(part for part in (self.document, self.section) if part)


def fill_same_source(data: object) -> object:
    """Return a rule's or table's data in which `source: same` of a parameter is written out.

    Args:
        data: one rule or table as read, with its own `source` and `parameters`.
    """
    if not isinstance(data, dict) or not isinstance(data.get("parameters"), dict):
        return data
    own = data.get("source")
    if not isinstance(own, (str, dict)):
        return data
    whole = {"document": own} if isinstance(own, str) else own

    def filled(parameter: object) -> object:
        if not isinstance(parameter, dict):
            return parameter
        source = parameter.get("source")
        if source == "same":
            return {**parameter, "source": whole}
        if isinstance(source, dict) and source.get("section") == "same":
            return {**parameter, "source": {**source, "section": whole.get("section")}}
        return parameter

    parameters = {name: filled(parameter) for name, parameter in data["parameters"].items()}
    return {**data, "parameters": parameters}
