"""Reads the analysis plan of a study, and refuses what names nothing that is there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from oncorules.analysis.plan.cells import cell_analyses
from oncorules.analysis.plan.model import Plan
from oncorules.analysis.published.figure import Published
from oncorules.analysis.published.read import FOLDER, find_study
from oncorules.errors import Problem, RuleError, did_you_mean
from oncorules.rules.loading.model_problems import find_problems
from oncorules.rules.loading.yaml_text import in_file_order, read_yaml

FILE = "analyses.yaml"


def read_plan(study: str | Path, published: Published) -> Plan:
    """Return the analysis plan of a study, those of its tables' cells included.

    Args:
        study: the id of a shipped study, or the folder of one.
        published: its figures, which name analyses.

    Raises:
        RuleError: the file cannot be used, it plans a table, block, row or column that is not
            printed, or a figure names an analysis that is not there.
    """
    root = find_study(study)
    path = root / FOLDER / FILE
    plan = Plan()
    if path.is_file():
        document = read_yaml(path, f"{root.name}/{FOLDER}/{FILE}")

        def place(steps: tuple[object, ...], key: bool) -> str:
            return document.place_key(steps) if key else document.place(steps)

        plan, problems = find_problems(Plan, document.data, place)
        problems += [] if problems else _not_printed(plan, published, place)
        if problems:
            raise RuleError(in_file_order(problems))
    cells = {
        id: analysis
        for name, planned in plan.tables.items()
        for id, analysis in cell_analyses(published.tables[name], planned)
    }
    plan = plan.model_copy(update={"analyses": {**plan.analyses, **cells}})
    problems = []
    for figure in published:
        name = (figure.analysis or "").partition(".")[0]
        if name and name not in plan.analyses:
            near = did_you_mean(name, plan.analyses)
            problems.append(Problem(figure.place.line, f'there is no analysis "{name}"{near}'))
    if problems:
        raise RuleError(in_file_order(problems))
    return plan


def _not_printed(
    plan: Plan, published: Published, place: Callable[[tuple[object, ...], bool], str]
) -> list[Problem]:
    """Return what the plan names of tables that the paper does not print."""

    def unknown(
        kind: str, names: Collection[str], known: Collection[str], *above: str
    ) -> Iterator[Problem]:
        for name in names:
            if name not in known:
                message = f'the paper prints no {kind} "{name}"{did_you_mean(name, known)}'
                yield Problem(place(("tables", *above, name), True), message)

    found = list(unknown("table", plan.tables, published.tables))
    for name, planned in plan.tables.items():
        printed = published.tables.get(name)
        if printed is None:
            continue
        found += unknown("column", planned.columns, printed.columns, name, "columns")
        found += unknown("block", planned.blocks, printed.blocks, name, "blocks")
        for block, part in planned.blocks.items():
            if block in printed.blocks:
                rows = [row[0] for row in printed.blocks[block].rows]
                found += unknown("row", part.rows, rows, name, "blocks", block, "rows")
    return found
