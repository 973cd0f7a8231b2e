"""Draws the figures that the plan of a study names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oncorules.analysis.agreement.notes import filled_notes
from oncorules.analysis.agreement.run_study import StudyRun
from oncorules.analysis.plan.drawn import Curves, Drawn, Flow, Swimmer, Waterfall
from oncorules.analysis.plan.rows import Rows
from oncorules.analysis.plan.select import select_rows, times_of, value_of
from oncorules.analysis.published.printed import shown
from oncorules.analysis.statistics.kaplan_meier import fit_survival
from oncorules.analysis.statistics.logrank import compare_survival
from oncorules.analysis.statistics.median_survival import Median, find_median
from oncorules.errors import CallError
from oncorules.report.charts.drawing import Drawing
from oncorules.report.charts.flow import Branch, Exit, draw_flow
from oncorules.report.charts.survival import Panel, draw_survival
from oncorules.report.charts.swimmer import Lane, draw_swimmer
from oncorules.report.charts.waterfall import Change, draw_waterfall

DASH = "\u2013"


def draw_figures(run: StudyRun) -> tuple[list[Drawing], list[str]]:
    """Return the figures of a study, and for each that cannot be drawn why.

    Args:
        run: what an export gives for the study.
    """
    drawings, missing = [], []
    for name, drawn in run.plan.figures.items():
        notes = filled_notes(drawn.notes, run.parameters)
        try:
            drawings.append(_draw(name, drawn, run, notes))
        except CallError as error:
            missing.append(f"{name}: {error}")
    return drawings, missing


def _draw(name: str, drawn: Drawn, run: StudyRun, notes: Sequence[str]) -> Drawing:
    if drawn.survival is not None:
        return _survival(name, drawn, drawn.survival, run, notes)
    footnote = " ".join(notes)
    if drawn.waterfall is not None:
        return _waterfall(name, drawn, drawn.waterfall, run, footnote)
    if drawn.swimmer is not None:
        return _swimmer(name, drawn, drawn.swimmer, run, footnote)
    assert drawn.flow is not None
    return _flow(name, drawn, drawn.flow, run, footnote)


def _survival(
    name: str, drawn: Drawn, part: Curves, run: StudyRun, notes: Sequence[str]
) -> Drawing:
    panels = []
    methods: dict[str, None] = {}  # each is told once
    missing = []
    for title, planned in part.panels.items():
        groups = {}
        for group, where in planned.groups.items():
            rows = Rows(of=planned.of, where={**planned.where, **where})
            try:
                groups[group] = times_of(select_rows(rows, run.tables))
            except CallError as error:  # a group without subjects has no curve
                missing.append(f"{title}: {group} is not drawn, {error}.")
        if not groups:
            continue
        curves = {group: fit_survival(*pair, name=group) for group, pair in groups.items()}
        medians = {
            group: find_median(curve, interval=part.interval) for group, curve in curves.items()
        }
        for one in medians.values():
            methods.setdefault(f"Median (95% CI): {one.method}, {one.convention}.")
        words = {group: _median(median) for group, median in medians.items()}
        compared, method = _compared(groups)
        if method:
            methods.setdefault(method)
        panels.append(Panel(title, curves, words, compared))
    if missing and not panels:
        raise CallError(" ".join(missing))
    told = "n: those with a time. At risk: just before each tick. N/A: not reached."
    footnote = " ".join([*methods, told, *notes, *missing])
    return draw_survival(name, drawn.title, panels, part.ticks, part.unit, footnote)


def _median(median: Median) -> str:
    if median.value is None:
        return "not reached"
    limits = [
        None if one is None else shown(one, 1).replace("-", "\u2212")
        for one in (median.low, median.high)
    ]
    inner = "N/A" if limits == [None, None] else DASH.join(one or "N/A" for one in limits)
    return f"{shown(median.value, 1)} ({inner})"


def _compared(groups: Mapping[str, tuple[list[float], list[bool]]]) -> tuple[str, str]:
    """Return the p value of two groups in words, and its method or why there is none."""
    if len(groups) != 2:
        return "", ""
    try:
        found = compare_survival(groups)
    except CallError as error:
        return "", f"No log-rank test: {error}."
    words = "< 0.01" if found.p < 0.005 else f"= {shown(found.p, 2)}"
    return f"Log-rank p {words}", f"{_capital(found.method)}, {found.convention}."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _waterfall(name: str, drawn: Drawn, part: Waterfall, run: StudyRun, footnote: str) -> Drawing:
    changes = [
        Change(
            str(value_of(row, part.subject)), _number(value_of(row, part.value)),
            _words(value_of(row, part.by)),
        )
        for row in select_rows(part, run.tables)
    ]  # fmt: skip
    return draw_waterfall(name, drawn.title, changes, part.order, part.limits, footnote)


def _swimmer(name: str, drawn: Drawn, part: Swimmer, run: StudyRun, footnote: str) -> Drawing:
    subjects: dict[str, list[Mapping[str, Any]]] = {}
    for row in select_rows(part, run.tables):
        subjects.setdefault(str(value_of(row, part.subject)), []).append(row)
    lanes = []
    for subject, rows in subjects.items():
        courses = []
        for row in rows:
            start, end = value_of(row, part.start), value_of(row, part.end)
            if start is not None:
                until = float(start if end is None else end)
                courses.append((_words(value_of(row, part.course)), float(start), until))
        marks = {mark: _numbers(rows, column) for mark, column in part.marks.items()}
        last = _numbers(rows, part.last)
        died = any(value_of(row, part.died) == "Y" for row in rows)
        if courses and last:
            lanes.append(Lane(subject, courses, marks, max(last), died))
    left = len(subjects) - len(lanes)
    if left:
        missing = f"{left} of {len(subjects)} subjects have no course or no last contact."
        footnote = f"{footnote} {missing}".strip()
    return draw_swimmer(name, drawn.title, lanes, part.unit, footnote)


def _flow(name: str, drawn: Drawn, part: Flow, run: StudyRun, footnote: str) -> Drawing:
    branches, undecided = [], []
    for selection, title in part.selections.items():
        steps, exits = run.selections[selection], []
        for step in steps:
            gone = step.entered - step.left - step.failed  # it could not be decided for them
            exits.append(Exit(step.title, step.failed, gone))
            stayed = step.not_evaluable - gone
            if stayed:
                undecided.append(f"{title}, not decided for {stayed} who stayed: {step.title}.")
        branches.append(Branch(title, steps[0].entered, exits, steps[-1].left))
    method = "The criteria hold one after the other; who does not meet one leaves there."
    footnote = " ".join(filter(None, [method, footnote, *undecided]))
    return draw_flow(name, drawn.title, branches, footnote)


def _words(value: Any) -> str:
    return "Not known" if value is None else str(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _numbers(rows: Sequence[Mapping[str, Any]], column: str) -> list[float]:
    found = [value_of(row, column) for row in rows]
    return [float(value) for value in found if value is not None]
