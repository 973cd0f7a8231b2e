import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from oncorules.rules.loading.loader import shipped_packs
from oncorules.rules.loading.pack_files import list_pack_files
from oncorules.rules.loading.schema import SCHEMA_FILE, json_schema, schema_text
from oncorules.rules.loading.yaml_text import read_yaml, read_yaml_text

VALIDATOR = jsonschema.Draft7Validator(json_schema())
SHIPPED = [
    path
    for name, folder in shipped_packs().items()
    for path, _ in list_pack_files(folder, name, trusted=True)
]

RULE = """\
id: EX-AFTER-DEATH
title: No treatment after death
kind: check
source: {document: ours}
applies_to: {table: EX}
lookups:
  subject: {from: DM, take: only, on: [USUBJID], order: [ADT, worst AVAL], if_none: {X: null}}
columns:
  months: {value: 1.50}
  class:
    first_true:
      - CR: a
        id: one
      - null: otherwise
  overall:
    decide_by: [A, B, then]
    rows:
      - [any, [CR, 1], PD]
condition: EXSTDTC <= subject.DTHDTC
if_missing: {DTHDTC: met}
examples:
  - columns: [EXSTDTC, expect]
    rows: [[2020-01-02, not met]]
  - title: long
    given: {EX: {columns: [A], rows: [[1]]}}
    expect: {A: met}
"""
PACK = """\
id: trial
title: A trial
version: 1.10
language: 1
extends: recist-1.1
codes: {response: {best_first: [CR, PR]}}
parameters: {days: {value: 28, unit: day, source: ours}}
presets: {fda: {days: 3}}
schedules: {scans: {from: STARTDT, at: [42, 91], then_every: 182}}
tables:
  all:
    one_row_per: [A]
    stack: [{from: pfs, PARAMCD: PFS, CNSR: 1}, {from: os, columns: {PARAMCD: OS}}]
  walked:
    one_row_per: [A]
    rows_of: [a, b]
    if_no_row: {a: {X: 0, Y: null}}
    decide: {sets: [ADT], lines: [{id: a, when: otherwise, ADT: X}]}
gradings:
  lab:
    of: LB
    terms:
      - term: Anaemia
        test: HGB
        direction: low
        source: CTCAE 5.0
        limits: {columns: [unit, g3], rows: [[g/L, 80]]}
        grades: {3: VALUE < g3, 0: otherwise}
selections: {salvage: {of: subject, steps: [A-1], if_not_evaluable: leave out}}
publish: {adrs: {from: all}}
changes: [{at: a.b, was: 1, now: {x: [2]}}]
"""


def errors(text: str) -> list[str]:
    # Editors see YAML's keys as texts, and so does the reader.
    return [error.message for error in VALIDATOR.iter_errors(read_yaml_text(text, "x.yaml").data)]


def test_the_schema_is_draft_7() -> None:
    jsonschema.Draft7Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"
    newer = ("$defs", "prefixItems", "unevaluatedProperties", "dependentRequired", "$dynamicRef")
    assert not [word for word in newer if f'"{word}"' in schema_text()]


def test_no_reference_has_a_neighbour_that_draft_7_would_ignore() -> None:
    def check(part: Any) -> None:
        if isinstance(part, dict):
            assert "$ref" not in part or len(part) == 1
            for inner in part.values():
                check(inner)
        elif isinstance(part, list):
            for inner in part:
                check(inner)

    check(json_schema())


def test_the_shipped_schema_is_current() -> None:
    shipped = files("oncorules.rules").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")
    assert shipped == schema_text()
    assert json.loads(shipped) == json_schema()


@pytest.mark.parametrize("text", [RULE, PACK, "rules: []\n", "{}"])
def test_what_the_loader_takes_the_schema_takes(text: str) -> None:
    assert errors(text) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("condition:", "condtion:"),
        ("take: only", "take: onely"),
        ("kind: check", "kind: chek"),
        ("condition: EXSTDTC <= subject.DTHDTC", "condition: [a]"),
        ("condition: EXSTDTC <= subject.DTHDTC", "condition:"),
        ("title: long", "titel: long"),
        ("if_missing: {DTHDTC: met}", "if_missing: {DTHDTC: perhaps}"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(old: str, new: str) -> None:
    assert old in RULE
    assert errors(RULE.replace(old, new))


def test_a_pack_without_a_version_is_refused() -> None:
    assert errors(PACK.replace("version: 1.10\n", ""))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_shipped_file_fits_the_schema(path: Path) -> None:
    found = [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in VALIDATOR.iter_errors(read_yaml(path).data)
    ]
    assert found == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_first_line_of_every_shipped_file_leads_to_the_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    head, _, target = first.partition("$schema=")
    assert head == "# yaml-language-server: "
    assert (path.parent / target).is_file(), f"{first} should lead to {SCHEMA_FILE}"
