"""Faults that the typed models find, as sentences with file, line and column."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from oncorules.errors import Problem, did_you_mean
from oncorules.rules.loading.model_base import scalar_text

Place = Callable[[tuple[object, ...], bool], str]
"""Gives `file:line:column` of a path; the flag asks for the key instead of the value."""

_SHAPES = {
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
_MEANT = re.compile(r'^unknown key .*did you mean "(.*)"\?$')
_ROW = re.compile(r"row (\d+)")
_PATTERNS = {
    r"^(--)?[A-Za-z_]": "is not a name; expected letters, digits and underscores",
    r"^[A-Za-z]": "is not an id; expected letters, digits, hyphens and underscores",
    r"^[A-Za-z0-9]": "is not a pack id; expected letters, digits, dots and hyphens",
}


def find_problems(
    annotation: Any, data: object, place: Place, *, what: str = ""
) -> tuple[Any, list[Problem]]:
    """Return the typed model of some data, and what is wrong with the data.

    Args:
        annotation: the model, or a type that holds models.
        data: plain data as read from YAML.
        place: gives the place of a path inside the data.
        what: how messages name the part, such as `rule EX-AFTER-DEATH`.
    """
    try:
        return _adapter(annotation).validate_python(data), []
    except ValidationError as error:
        found = [
            _problem(annotation, item, data, place, what)
            for item in error.errors(include_url=False)
            if not _of_other_form(item, data)
        ]
        explained = {word for problem in found for word in _MEANT.findall(problem.message)}
        kept = [one for one in found if not _is_missing(one, explained)]
        return None, list(dict.fromkeys(kept))


_ADAPTERS: dict[int, TypeAdapter[Any]] = {}


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    # Types such as dict[Name, Table] are not always hashable; the models keep them alive.
    return _ADAPTERS.setdefault(id(annotation), TypeAdapter(annotation))


def _is_missing(problem: Problem, meant: set[str]) -> bool:
    """Return whether a missing key is only misspelt, which another problem says."""
    match = re.match(r'missing key "(.*?)"', problem.message)
    return match is not None and match[1] in meant


def _of_other_form(item: Any, data: object) -> bool:
    """Return whether an error is about a form that was not meant, where a key has two forms."""
    node: Any = data
    for step in item["loc"]:
        tag = str(step)
        if isinstance(node, dict) and scalar_text(step) in node:
            node = node[scalar_text(step)]
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            structured = isinstance(node, (dict, list))
            one_value = tag.startswith(("literal[", "str"))
            many_values = tag.startswith(("dict[", "tuple["))
            grid = tag.endswith("Grid]") and "columns" not in (
                node if isinstance(node, dict) else ()
            )
            if grid or (one_value and structured) or (many_values and not structured):
                return True
    return False


def _problem(annotation: Any, item: Any, data: object, place: Place, what: str) -> Problem:
    loc: tuple[object, ...] = item["loc"]
    kind, value = item["type"], item["input"]
    where = f" in {what}" if what else ""
    if kind == "missing":
        path = loc[:-1]
        return Problem(place(path, False), f'missing key "{_key(loc[-1])}"{where}')
    if kind == "extra_forbidden":
        known = sorted(set(_known_keys(annotation, loc[:-1])))
        near = did_you_mean(str(loc[-1]), known)
        among = "" if near or not known else "; expected one of " + ", ".join(known)
        return Problem(place(loc, True), f'unknown key "{loc[-1]}"{where}{near}{among}')
    if loc and loc[-1] == "[key]":
        return Problem(place(loc[:-1], True), _sentence(kind, value, item))
    sentence = _sentence(kind, value, item)
    row = _ROW.match(sentence)
    if row:  # the fault is in one row of a small table, the model complains about the table
        loc = (*loc, "rows", int(row[1]) - 1)
    return Problem(place(loc, False), sentence)


def _sentence(kind: str, value: object, item: Any) -> str:
    context = item.get("ctx", {})
    shown = _shown(value)
    if kind == "value_error":
        return str(context.get("error", item["msg"]))
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        near = did_you_mean(str(value), words)
        return f"expected one of {_listed(words)}, found {shown}{near}"
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        ends = (text for start, text in _PATTERNS.items() if pattern.startswith(start + "["))
        ends_plain = (text for start, text in _PATTERNS.items() if pattern.startswith(start))
        return f"{shown} {next(ends, None) or next(ends_plain, 'has the wrong form')}"
    if kind in ("too_short", "missing_argument"):
        return "expected at least one entry, found none"
    if kind in ("greater_than", "greater_than_equal", "less_than_equal", "less_than"):
        ways = {"gt": "above", "ge": "from", "le": "to", "lt": "below"}
        bound = next((f"{word} {context[key]}" for key, word in ways.items() if key in context), "")
        return f"expected a whole number {bound}, found {shown}"
    if kind in _SHAPES:
        return f"expected {_SHAPES[kind]}, found {shown}"
    return f"{item['msg'][:1].lower()}{item['msg'][1:]}, found {shown}"


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = str(scalar_text(value))
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def _listed(words: list[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _key(step: object) -> str:
    return str(step).removesuffix("_")


def _known_keys(annotation: Any, loc: tuple[object, ...]) -> Iterator[str]:
    """Yield the keys that the models know at a place."""
    here = [annotation]
    for step in loc:
        below = [inner for kind in here for inner in _inside(kind, step)]
        here = below or here  # a step that names a form of a value, not a key of the file
    for kind in here:
        for model in _models(kind):
            for name, info in model.model_fields.items():
                yield info.alias or name


def _inside(annotation: Any, step: object) -> Iterator[Any]:
    for kind in _alternatives(annotation):
        origin, args = get_origin(kind), get_args(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, info in kind.model_fields.items():
                if step in (name, info.alias):
                    yield info.annotation
        elif (origin is dict and isinstance(step, (str, int))) or (
            origin is tuple and isinstance(step, int)
        ):
            yield args[1 if origin is dict else 0]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for kind in _alternatives(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind


def _alternatives(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for inner in get_args(annotation):
            yield from _alternatives(inner)
    else:
        yield annotation
