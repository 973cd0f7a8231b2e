"""The rules of a run as test cases: a rule that had nothing to decide is skipped, not passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from oncorules.data.whole_file import whole_file
from oncorules.report.choices import Choices
from oncorules.report.ci.junit import Case, junit

if TYPE_CHECKING:
    from oncorules.validation.run import ValidationResult
    from oncorules.validation.status import RuleStatus

SHOWN = 20


def write_junit(result: ValidationResult, path: Path, choices: Choices) -> None:
    """Write the rules of a run as JUnit test cases.

    Raises:
        OutputError: the file cannot be written.
    """
    content = junit("oncorules", list(run_cases(result, choices)))
    with whole_file(path) as file:
        file.write(content)


def run_cases(result: ValidationResult, choices: Choices) -> Iterator[Case]:
    """Go through the rules of a run as test cases, one for each rule on each table.

    A case fails when the rule makes the run fail. Findings that do not, since they are accepted,
    known or milder than what fails, are told in a case that passes.

    Args:
        result: the run.
        choices: what fails, and whether subjects are masked.
    """
    for rule in result.rules:
        case = Case(rule.pack, f"{rule.rule_id} on {rule.table}")
        fails = choices.fails(result, rule)
        if rule.status == "broken":
            yield replace(case, does="error", message=choices.told(rule.reason), kind="broken")
        elif rule.status == "not run" and fails:
            yield replace(case, does="error", message=choices.told(rule.reason), kind="not run")
        elif rule.not_met:
            text = "\n".join(_lines(result, rule, choices))
            title = f"{rule.title}: {rule.not_met:,} of {_decided(rule):,} rows are not so"
            if fails:
                yield replace(case, does="failure", message=title, kind=rule.severity, text=text)
            else:
                yield replace(case, text=f"{title}\n{text}")
        elif rule.status == "met":
            yield case
        else:
            yield replace(
                case, does="skipped", message=rule.reason or rule.status, kind=rule.status
            )


def _decided(rule: RuleStatus) -> int:
    return rule.met + rule.not_met


def _lines(result: ValidationResult, rule: RuleStatus, choices: Choices) -> Iterator[str]:
    """Go through the lines that name the first rows of a rule."""
    for one in result.findings.of(rule, SHOWN):
        state = result.standing.of(one.finding_id).state
        said = "" if state == "new" else f" ({state})"
        if choices.mask is None:
            yield f"{one.place}{said}: {one.message}"
        else:
            yield choices.mask.text(one.place, one.subject) + said
    if rule.not_met > SHOWN:
        yield f"and {rule.not_met - SHOWN:,} more"
