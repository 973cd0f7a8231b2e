"""A run as one JSON file, for a program that reads it in place of a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules import __version__
from oncorules.data.whole_file import whole_file
from oncorules.report.choices import Choices
from oncorules.report.ci.found import told

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult


def write_json(result: ValidationResult, path: Path, choices: Choices) -> None:
    """Write tables, rules and findings of a run; a finding stands on a line of its own.

    Raises:
        OutputError: the file cannot be written.
    """
    head: dict[str, Any] = {
        "oncorules": __version__,
        "date": result.asked.date.isoformat(),
        "exit_code": result.exit_code(choices.fail_on, choices.allow_not_run),
        "subjects": result.export.subjects,
        "tables": [{"name": one.name, "rows": one.rows} for one in result.export.tables],
        "rules": [
            rule.as_json()
            | {"reason": choices.told(rule.reason), "fails": choices.fails(result, rule)}
            for rule in result.rules
        ],
    }
    opened = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
    with whole_file(path) as file:
        file.write(f'{opened},\n "findings": ['.encode("utf-8", "replace"))
        before = "\n  "
        for one in result.findings.rows():
            line = json.dumps(told(result, one, choices), ensure_ascii=False)
            file.write((before + line).encode("utf-8", "replace"))
            before = ",\n  "
        file.write(b"\n ]\n}\n")
