"""`oncorules rules coverage`: what of an export the rules look at, and what they do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from oncorules.cli import flags
from oncorules.cli.exits import OK
from oncorules.cli.output import Grid, Output, many
from oncorules.cli.progress import showing_progress
from oncorules.validation.status import STATUSES

if TYPE_CHECKING:
    from oncorules.validation.coverage.coverage import Coverage
    from oncorules.validation.coverage.rows import RowsSeen

SHOWN = 20
FEWEST = 10
NAMED = 4


def cover(
    exports: flags.ExportPaths,
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
    """Tell what of an export the rules look at, and what not."""
    values = flags.settings_from(settings)

    from oncorules.rules.session import open_session
    from oncorules.validation.coverage.coverage import COLUMNS, measure_coverage

    output = Output(format, quiet=quiet, no_color=no_color)
    with showing_progress(output) as progress:
        session = open_session(
            exports,
            pack or [],
            study=study,
            rules=flags.ids_from(rules),
            exclude=flags.ids_from(exclude),
            preset=preset,
            settings=values,
            memory=memory,
            jobs=jobs,
        )
        with session:
            coverage = measure_coverage(session, progress)
            own = list(session.tables)
    if output.format == "json":
        output.json(coverage.as_json())
    elif output.format == "csv":
        output.csv(COLUMNS, coverage.lines())
    else:
        _print_tables(coverage, output)
        _print_variables(coverage, output)
        _print_rules(coverage, output)
        _print_rows(coverage, own, output)
    return OK


def _print_tables(coverage: Coverage, output: Output) -> None:
    columns = ("table", "state", "rows", "rules on it", "rules that read it", "without an answer")
    rows = [
        (one.table, one.state, one.rows, one.checked_by, one.read_by, one.silent)
        for one in coverage.tables
    ]
    output.grid(Grid(columns, rows, "Tables"))
    output.line()


def _print_variables(coverage: Coverage, output: Output) -> None:
    wanted = [one for one in coverage.variables if one.state != "not read"]
    if wanted:
        rows = [(one.table, one.variable, one.state, _listed(one.rules)) for one in wanted]
        columns = ("table", "variable", "state", "rules that read it")
        output.grid(Grid(columns, rows, "Variables that are wanted and missing"))
    else:
        output.line("No variable is wanted and missing.")
    output.line()
    unread: dict[str, list[str]] = {}
    for one in coverage.variables:
        if one.state == "not read":
            unread.setdefault(one.table, []).append(one.variable)
    if unread:
        listed = [(table, ", ".join(names)) for table, names in unread.items()]
        output.grid(Grid(("table", "variables"), listed, "Variables that no content rule reads"))
        output.line()


def _print_rules(coverage: Coverage, output: Output) -> None:
    if not coverage.rules:
        output.line("Every rule has an answer, and every rule that is met was put to the test.")
        output.line()
        return
    # The few that look like passes stand before the many that say why they are none.
    told = sorted(coverage.rules, key=lambda one: one.state in STATUSES)
    rows = [(one.rule_id, one.table, one.state, one.rows, one.reason) for one in told[:SHOWN]]
    columns = ("rule", "table", "state", "rows", "reason")
    output.grid(Grid(columns, rows, "Rules that tell nothing, or less than they seem to"))
    if len(told) > SHOWN:
        output.line(f"and {many(len(told) - SHOWN, 'more rule')}; --format json lists all")
    output.line()


def _print_rows(coverage: Coverage, own: Sequence[str], output: Output) -> None:
    tables = list(dict.fromkeys(one.table for one in coverage.rows))
    rows = [_summed(coverage, table) for table in tables]
    columns = ("table", "rows", "seen by no rule", "fewest rules", "most rules", "sets of rules")
    output.grid(Grid(columns, rows, "Rows, by how many rules saw them"))
    fewest = sorted(
        (one for one in coverage.rows if one.table in own and one.file is not None),
        key=lambda one: (len(one.rules), -one.rows),
    )
    if fewest:
        output.line()
        listed = [
            (one.table, one.rows, one.first, len(one.rules), _listed(one.rules))
            for one in fewest[:FEWEST]
        ]
        output.grid(
            Grid(
                ("table", "rows", "first", "rules", "which"),
                listed,
                "Rows that the fewest rules saw",
            )
        )
    if len(fewest) > FEWEST:
        output.line(f"and {many(len(fewest) - FEWEST, 'more set')}; --format json lists all")


def _summed(coverage: Coverage, table: str) -> tuple[object, ...]:
    parts: list[RowsSeen] = [one for one in coverage.rows if one.table == table]
    numbers = [len(one.rules) for one in parts]
    unseen = sum(one.rows for one in parts if not one.rules)
    sets = len(parts) + coverage.left_out.get(table, 0)
    return table, sum(one.rows for one in parts), unseen, min(numbers), max(numbers), sets


def _listed(names: Sequence[str]) -> str:
    return ", ".join(_cut(names))


def _cut(names: Sequence[str]) -> Iterator[str]:
    yield from names[:NAMED]
    if len(names) > NAMED:
        yield f"{len(names) - NAMED} more"
