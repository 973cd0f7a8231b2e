"""Reads the analysis plan of a study, and refuses figures that name no analysis of it."""

from __future__ import annotations

from oncorules.analysis.plan.model import Plan
from oncorules.analysis.published.figure import Published
from oncorules.analysis.published.read import FOLDER, find_study
from oncorules.errors import Problem, RuleError, did_you_mean
from oncorules.rules.loading.model_problems import find_problems
from oncorules.rules.loading.yaml_text import in_file_order, read_yaml

FILE = "analyses.yaml"


def read_plan(study: str, published: Published) -> Plan:
    """Return the analysis plan of a study; without a file it has no analyses.

    Args:
        study: the id of a shipped study, or the folder of one.
        published: its figures, which name analyses.

    Raises:
        RuleError: the file cannot be used, or a figure names an analysis that is not there.
    """
    root = find_study(study)
    path = root / FOLDER / FILE
    plan = Plan(analyses={})
    if path.is_file():
        document = read_yaml(path, f"{root.name}/{FOLDER}/{FILE}")

        def place(steps: tuple[object, ...], key: bool) -> str:
            return document.place_key(steps) if key else document.place(steps)

        found, problems = find_problems(Plan, document.data, place)
        if problems:
            raise RuleError(in_file_order(problems))
        plan = found
    problems = []
    for figure in published:
        name = (figure.analysis or "").partition(".")[0]
        if name and name not in plan.analyses:
            near = did_you_mean(name, plan.analyses)
            problems.append(Problem(figure.place.line, f'there is no analysis "{name}"{near}'))
    if problems:
        raise RuleError(in_file_order(problems))
    return plan
