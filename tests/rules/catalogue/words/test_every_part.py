"""Nothing of a rule or table is left out: whatever is changed in it, its words change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from oncorules.rules.catalogue.catalogue import packs_to_look_in
from oncorules.rules.catalogue.words.steps import steps_of
from oncorules.rules.catalogue.words.table_steps import grade_steps, table_steps
from oncorules.rules.catalogue.words.vocabulary import Vocabulary
from oncorules.rules.loading.model import Column, Grading, Lookup, Rule, Run, Table, Walk, Window
from oncorules.rules.loading.model_parts import Decide, DecideLine, FirstTrueLine
from oncorules.rules.loading.model_rules import Branch, Term
from oncorules.rules.loading.model_tables import StackPart

NOTHING = Vocabulary()
SHOWN = (Lookup, Window, Run, Column, FirstTrueLine, Decide, DecideLine, Walk, StackPart)
CLASSES = (*SHOWN, Table, Grading, Term, Branch)
#: Fields that stand elsewhere in the chapter, or that do not say what the table is.
ELSEWHERE = {
    *((kind, name) for kind in ("Table", "Grading") for name in ("title", "source", "parameters")),
    *((kind, "examples") for kind in ("Table", "Term")),
    ("Table", "explain"),  # which tables are drawn beside an explanation
    ("Column", "type"),  # of a column that is nothing but null
    ("Term", "id"),  # stands in the label, instead of the term
    ("Term", "title"),
    ("Grading", "terms"),  # Term by Term
}
#: What no shipped pack has.
RARE = (
    Table.model_validate(
        {
            "one_row_per": ["USUBJID"],
            "from": "EX",
            "columns": {"N": {"value": "1"}},
            "until": "N = 1",
            "walk": {
                "per": ["USUBJID"],
                "order": ["EXSTDTC"],
                "at_most": 10,
                "start": {"S": "0"},
                "each_row": {"S": {"value": "S + N"}},
            },
        }
    ),
    Table.model_validate(
        {
            "one_row_per": ["USUBJID"],
            "from": "EX",
            "lookups": {
                "a": {
                    "from": "this table",
                    "take": "first",
                    "order": ["EXSTDTC"],
                    "in_between": {"n": "EXDOSE > 1"},
                    "accept": "in_between.n = 0",
                    "if_none": "not evaluable",
                },
                "b": {
                    "from": "DM",
                    "take": "only",
                    "columns": {"C": "AGE + 1"},
                    "if_none": {"C": "1"},
                },
            },
            "windows": {
                "w": {"per": ["A"], "order": ["B"], "rows": "earlier", "missing_day": "first"}
            },
            "runs": {"r": {"per": ["A"], "order": ["B"], "of": "C = 1", "missing_day": "last"}},
        }
    ),
    Grading.model_validate(
        {
            "of": "lab",
            "source": "ours",
            "where": "VISITNUM > 1",
            "reads": {"VALUE": "LBORRES", "UNIT": "LBORRESU"},
            "windows": {"w": {"per": ["A"], "order": ["B"], "rows": "later"}},
            "runs": {"r": {"per": ["A"], "order": ["B"], "of": "C = 1"}},
            "terms": [
                {
                    "term": "First",
                    "test": ["GLUC"],
                    "specimen": ["SERUM"],
                    "category": ["CHEMISTRY"],
                    "direction": "low",
                    "unit": "mmol/L",
                    "where": "FAST = 'Y'",
                    "normal_when": "VALUE > 5",
                    "branches": [
                        {"when": "BASELINE > 4", "grades": {1: "VALUE < 4", 0: "otherwise"}},
                        {"when": "otherwise", "grades": {1: "VALUE < 3"}},
                    ],
                    "clinical": [4],
                }
            ],
        }
    ),
)


_OTHER_ROWS = {
    **dict.fromkeys(("earlier", "all", "so far", "the one before", "the one after"), "later"),
    "later": "earlier",
}


def told(part: Rule | Table | Grading) -> list[Any]:
    """All words of a part."""
    if isinstance(part, Rule):
        return list(steps_of(part, NOTHING))
    graded = grade_steps(part, NOTHING) if isinstance(part, Grading) else ()
    return [*table_steps(part, NOTHING), *steps_of(part, NOTHING), *graded]


def other(value: Any, annotation: Any) -> Any:
    """Another value of the same kind; None where there is none to be had."""
    for one in (annotation, *get_args(annotation)):
        if get_origin(one) is Literal and value in get_args(one):
            rest = [choice for choice in get_args(one) if choice != value]
            return rest[0] if rest else None
    if isinstance(value, bool) or value in (None, "unit"):  # the heading of limits
        return None
    if isinstance(value, int | Decimal):
        return value + 1
    if isinstance(value, str):
        if value in _OTHER_ROWS or value.endswith(" days"):
            return _OTHER_ROWS.get(value, "in the last 999 days")
        return re.sub(r"^(worst |best )?", r"\1x_", value)
    return None


def changed(model: BaseModel) -> Iterator[tuple[str, str, BaseModel]]:
    """Every way to change one leaf of a model: class and field that changed, and the new model.

    A change further inside is a change of the fields around it, too.
    """
    for name, field in type(model).model_fields.items():
        own = (type(model).__name__, name)
        for inner, new in values_changed(getattr(model, name), field.annotation):
            whole = model.model_copy(update={name: new})
            yield (*own, whole)
            if inner is not None:
                yield (*inner, whole)


def values_changed(value: Any, annotation: Any) -> Iterator[tuple[tuple[str, str] | None, Any]]:
    if isinstance(value, BaseModel):
        for kind, name, new in changed(value):
            yield (kind, name), new
    elif isinstance(value, dict):
        for key, inner in value.items():
            for field, new in values_changed(inner, annotation):
                yield field, {**value, key: new}
    elif isinstance(value, tuple):
        for place, inner in enumerate(value):
            for field, new in values_changed(inner, annotation):
                yield field, (*value[:place], new, *value[place + 1 :])
    else:
        new = other(value, annotation)
        if new is not None:
            yield None, new


@cache
def parts() -> tuple[Rule | Table | Grading, ...]:
    packs = packs_to_look_in(["ctcae-5.0", "recist-1.1", "time-to-event", "sdtm"], None)
    found = [
        part
        for pack in packs
        for part in (*pack.rules.values(), *pack.tables.values(), *pack.gradings.values())
    ]
    # A grading with two of its terms says what there is to say.
    small = [
        part.model_copy(update={"terms": part.terms[:2] + part.terms[-2:]})
        if isinstance(part, Grading)
        else part
        for part in found
    ]
    return (*RARE, *small)


@cache
def tried() -> dict[tuple[str, str], list[bool]]:
    """For each field of the language, whether its changes changed the words: a few of each."""
    found: dict[tuple[str, str], list[bool]] = {}
    for part in parts():
        words = told(part)
        for kind, name, new in changed(part):
            seen = found.setdefault((kind, name), [])
            if len(seen) < 12:
                seen.append(told(new) != words)  # type: ignore[arg-type]
    return found


FIELDS = [
    (kind.__name__, name)
    for kind in CLASSES
    for name in kind.model_fields
    if (kind.__name__, name) not in ELSEWHERE
]


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_change_of_any_field_changes_the_words(kind: str, name: str) -> None:
    assert tried().get((kind, name)), "no shipped part has it; give an example among RARE"
    assert all(tried()[kind, name])
