"""`oncorules explain`: why a rule or a grade says what it says about one row, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from oncorules.cli import flags
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress
from oncorules.errors import CallError

if TYPE_CHECKING:
    from oncorules.validation.answer_explanation import AnswerExplanation
    from oncorules.validation.explain_result import ExplainResult

Finding = Annotated[
    str | None,
    typer.Option("--finding", metavar="ID", help="The finding_id that validate printed."),
]
Subject = Annotated[
    str | None,
    typer.Option("--subject", metavar="USUBJID", help="Every row of one subject."),
]
Row = Annotated[
    str | None,
    typer.Option("--row", metavar="FILE:ROW", help="One row of one file, such as lb.xpt:123."),
]

Answer = Annotated[
    str | None,
    typer.Option(
        "--answer",
        metavar="COLUMN",
        help="With --subject: why a column of a derived table has its values.",
    ),
]
Key = Annotated[
    list[str] | None,
    typer.Option("--key", metavar="NAME=VALUE", help="With --answer: only rows of this key."),
]


def explain(
    exports: flags.ExportPaths,
    finding: Finding = None,
    subject: Subject = None,
    row: Row = None,
    answer: Answer = None,
    key: Key = None,
    pack: flags.Packs = None,
    study: flags.Study = None,
    rules: flags.Rules = None,
    exclude: flags.Exclude = None,
    settings: flags.Settings = None,
    preset: flags.Preset = None,
    format: flags.FormatFlag = "table",
    memory: flags.Memory = None,
    jobs: flags.Jobs = None,
    quiet: flags.Quiet = False,
    no_color: flags.NoColor = False,
) -> int:
    """Show why a rule or a grade is as it is, clause by clause."""
    if sum(choice is not None for choice in (finding, subject, row)) != 1:
        raise CallError("say what to explain: one of --finding ID, --row FILE:ROW, --subject ID")
    if answer is not None and subject is None:
        raise CallError("--answer COLUMN is that of a subject: add --subject ID")
    if key and answer is None:
        raise CallError("--key picks rows of an answer: add --answer COLUMN")
    values = flags.settings_from(settings)

    from oncorules.validation.explain import explain as run

    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        result = run(
            exports,
            pack or [],
            finding=finding,
            subject=subject,
            row=row,
            answer=answer,
            key=_key(key or []),
            study=study,
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            preset=preset,
            settings=values,
            memory=memory,
            jobs=jobs,
            progress=progress,
        )
    if output.format == "json":
        output.json(result.as_json())
    elif output.format == "csv":
        output.csv(_COLUMNS, _rows(result))
    else:
        _print(result, output, bool(rules))
    return 0


def _key(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise CallError(f'--key "{pair}" is no NAME=VALUE, such as VISITNUM=3')
        found[name] = value
    return found


_COLUMNS = ("rule", "outcome", "row", "part", "clause", "truth", "values")


def _rows(result: ExplainResult) -> Iterator[tuple[object, ...]]:
    """Go through the clauses and lines, each with its values in one cell."""
    from oncorules.validation.answer_explanation import AnswerExplanation
    from oncorules.validation.grade_explanation import GradeExplanation

    for one in result:
        if isinstance(one, AnswerExplanation):
            yield from _answer_rows(one)
            continue
        if isinstance(one, GradeExplanation):
            rule = f"{one.grading}: {one.term}"
            if not one.read:
                yield rule, one.outcome, one.place, "term", one.reason, "unknown", ""
            for line in one.read:
                values = "; ".join(map(str, one.values_of(line)))
                yield rule, one.outcome, one.place, line.part, line.text, line.truth, values
            continue
        for part, whole in (("scope", one.scope), ("condition", one.condition)):
            for clause in whole.leaves() if whole is not None else ():
                values = "; ".join(str(value) for value in clause.values)
                yield one.rule_id, one.outcome, one.place, part, clause.text, clause.truth, values


def _answer_rows(one: AnswerExplanation) -> Iterator[tuple[object, ...]]:
    for column in one.columns:
        for line in column.lines:
            leaves = list(line.clause.leaves()) if line.clause is not None else []
            values = "; ".join(str(value) for leaf in leaves for value in leaf.values)
            said = f"{line.result} ({line.words})" if line.words else line.result
            yield column.name, column.value, one.place, "line", said, line.truth, values


def _print(result: ExplainResult, output: Output, named: bool) -> None:
    if result.rules:
        columns = ("rule", "table", "met", "not met", "not evaluable", "not in scope", "title")
        # Where no rule is named, those that nothing is wrong with are counted rather than listed.
        shown = [one for one in result.rules if named or one.not_met or one.not_evaluable]
        rows = [
            (
                one.rule_id,
                one.table,
                one.met,
                one.not_met,
                one.not_evaluable,
                one.not_in_scope,
                one.title,
            )
            for one in shown
        ]
        if rows:
            output.grid(Grid(columns, rows))
        quiet = len(result.rules) - len(shown)
        if quiet:
            output.line(f"{many(quiet, 'more rule' if rows else 'rule')} that no row breaks")
        output.line()
    for one in result:
        for line in one.lines():
            output.line(line)
        output.line()
    for note in result.notes:
        output.note(note)
