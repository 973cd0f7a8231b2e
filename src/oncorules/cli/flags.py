"""The flags of the command line, each written once and the same in every verb.

A verb takes a flag only where it has an effect, so typer itself refuses it elsewhere;
`settings_from` and the `refuse_...` functions refuse what only the values can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from oncorules.errors import CallError

Format = Literal["table", "json", "csv"]
FindingsFormat = Literal["table", "json", "csv", "github"]
FileKind = Literal["parquet", "csv", "xpt", "dataset-json"]
FailOn = Literal["error", "warning", "notice", "never"]
Structure = Literal["pandera", "sql", "none"]

_RULES = "Which rules"
_VALUES = "Limits and choices"
_ANSWER = "Answer"
_MACHINE = "Machine"

ExportPaths = Annotated[
    list[str],
    typer.Argument(
        metavar="EXPORT",
        help="A folder, a zip, one file, several of them, or the URL of a database.",
        show_default=False,
    ),
]
RunFolderName = Annotated[
    Path,
    typer.Argument(
        metavar="RUN",
        help="A folder that validate --out wrote.",
        show_default=False,
    ),
]
LaterRunFolderName = Annotated[
    Path,
    typer.Argument(
        metavar="RUN2",
        help="The folder of a later run of the same study.",
        show_default=False,
    ),
]
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--pack",
        metavar="PACK",
        help="A shipped rule pack by its id, or the path of your own. May be repeated.",
        rich_help_panel=_RULES,
    ),
]
PackNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PACK",
        help="Packs or rule files; every shipped pack when none is named.",
        show_default=False,
    ),
]
Study = Annotated[
    str | None,
    typer.Option(
        metavar="STUDY",
        help="The study: its tables, rules and values, by id or path.",
        rich_help_panel=_RULES,
    ),
]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rules",
        metavar="ID[,ID]",
        help="Only these rules. May be repeated.",
        rich_help_panel=_RULES,
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="ID[,ID]",
        help="All rules but these. May be repeated.",
        rich_help_panel=_RULES,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Give a parameter another value. NAME is parameter, RULE.parameter, "
        "PACK:parameter or PACK:RULE.parameter. May be repeated.",
        rich_help_panel=_VALUES,
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="A named set of values that a pack defines.",
        rich_help_panel=_VALUES,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Write the result into this folder.",
        show_default=False,
        rich_help_panel=_ANSWER,
    ),
]
OutNeeded = Annotated[
    Path,
    typer.Option("--out", metavar="DIR", help="Where the files go.", show_default=False),
]
Reports = Annotated[
    list[Path] | None,
    typer.Option(
        "--report",
        metavar="FILE",
        help="Write a report: FILE.xlsx is a workbook to work on, FILE.html "
        "a page to search; FILE.xml (JUnit), FILE.sarif and "
        "FILE.json are for servers. May be repeated.",
        show_default=False,
        rich_help_panel=_ANSWER,
    ),
]
ComparisonReports = Annotated[
    list[Path] | None,
    typer.Option(
        "--report",
        metavar="FILE",
        help="Write a report: FILE.xlsx is a workbook, FILE.html a page to search. "
        "May be repeated.",
        show_default=False,
    ),
]
QueriesFolder = Annotated[
    Path | None,
    typer.Option(
        "--queries",
        metavar="DIR",
        help="Write what sites can answer as questions: CSV, a workbook, a page for each site.",
        show_default=False,
        rich_help_panel=_ANSWER,
    ),
]
StudyName = Annotated[
    str,
    typer.Argument(
        metavar="STUDY",
        help="A shipped study by its id, or the folder of your own.",
        show_default=False,
    ),
]
As = Annotated[
    FileKind | None,
    typer.Option(
        "--as",
        help="How tables are written into --out; parquet when not said.",
        show_default=False,
        rich_help_panel=_ANSWER,
    ),
]
FormatFlag = Annotated[
    Format,
    typer.Option("--format", help="How the answer is printed.", rich_help_panel=_ANSWER),
]
FindingsFormatFlag = Annotated[
    FindingsFormat,
    typer.Option(
        "--format",
        help="How the answer is printed; github makes annotations of a workflow.",
        rich_help_panel=_ANSWER,
    ),
]
MaskIds = Annotated[
    bool | None,
    typer.Option(
        "--mask-ids/--show-ids",
        help="Whether reports hide who the subjects are; reports for servers do unless told.",
        show_default=False,
        rich_help_panel=_ANSWER,
    ),
]
FailOnFlag = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        help="The lowest severity that ends with exit code 1.",
        rich_help_panel=_ANSWER,
    ),
]
KnownFile = Annotated[
    Path | None,
    typer.Option(
        "--known",
        metavar="FILE",
        help="The file of known findings: what is accepted there does not fail.",
        show_default=False,
        rich_help_panel=_ANSWER,
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="RUN",
        help="The folder of an earlier run: only what is new against it fails.",
        show_default=False,
        rich_help_panel=_ANSWER,
    ),
]
Each = Annotated[
    bool,
    typer.Option(
        "--each",
        help="Every EXPORT is a run of its own, some of them at the same time.",
        rich_help_panel=_MACHINE,
    ),
]
RunDate = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="YYYY-MM-DD",
        help="The day of the run, for --out, --report, --queries and --known.",
        show_default="today",
        rich_help_panel=_ANSWER,
    ),
]
AllowNotRun = Annotated[
    bool,
    typer.Option(
        "--allow-not-run",
        help="A rule that could not run does not count for --fail-on.",
        rich_help_panel=_ANSWER,
    ),
]
StructureFlag = Annotated[
    Structure,
    typer.Option(
        "--structure",
        help="Who checks columns, types and code lists: pandera, the engine, or nobody.",
        rich_help_panel=_RULES,
    ),
]
All = Annotated[
    bool,
    typer.Option("--all", help="Inner tables too, not only the published ones."),
]
Plan = Annotated[
    bool,
    typer.Option("--plan", help="The fused statement of the whole table, not of one rule."),
]
Memory = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="The most memory the engine may take, such as 2GB; it spills to disk beyond.",
        show_default="most of what the machine has",
        rich_help_panel=_MACHINE,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="How many threads the engine may use.",
        show_default="all",
        rich_help_panel=_MACHINE,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", help="No progress and no notes, only the answer.", rich_help_panel=_ANSWER
    ),
]
NoColor = Annotated[
    bool,
    typer.Option("--no-color", help="No colours on a terminal.", rich_help_panel=_ANSWER),
]


def ids_from(values: Sequence[str] | None) -> list[str]:
    """Return the ids of `--rules` or `--exclude`, which may be repeated or parted by commas.

    Raises:
        CallError: a list that names no rule, which would mean all of them.

    >>> ids_from(["A-1,A-2", "B-1"])
    ['A-1', 'A-2', 'B-1']
    """
    ids = [word.strip() for value in values or () for word in value.split(",")]
    named = [word for word in ids if word]
    if values and not named:
        raise CallError(f'"{",".join(values)}" names no rule; write ID or ID,ID')
    return named


def settings_from(values: Sequence[str] | None) -> dict[str, str]:
    """Return the values of `--set` by name.

    Raises:
        CallError: `--set limit: expected NAME=VALUE, such as --set tolerance=3`, or a name
            that is set twice.

    >>> settings_from(["tolerance=3", "sdtm:EX-ORDER.tolerance = 5"])
    {'tolerance': '3', 'sdtm:EX-ORDER.tolerance': '5'}
    """
    settings: dict[str, str] = {}
    for value in values or ():
        name, equals, setting = (part.strip() for part in value.partition("="))
        if not (name and equals and setting):
            raise CallError(f"--set {value}: expected NAME=VALUE, such as --set tolerance=3")
        if name in settings:
            raise CallError(f"--set {name} is given twice; leave one of them out")
        settings[name] = setting
    return settings


def words_of(
    *,
    pack: Sequence[str] | None = None,
    study: str | None = None,
    settings: Sequence[str] | None = None,
    preset: str | None = None,
) -> list[str]:
    """Return flags as the words of a command line.

    >>> words_of(pack=["sdtm"], preset="strict")
    ['--pack', 'sdtm', '--preset', 'strict']
    """
    named = {
        "--pack": pack or (),
        "--study": [study] if study else (),
        "--set": settings or (),
        "--preset": [preset] if preset else (),
    }
    return [word for flag, values in named.items() for value in values for word in (flag, value)]


def day_from(text: str | None) -> date | None:
    """Return the day of `--date`, if it was given.

    Raises:
        CallError: it is not a day.

    >>> day_from("2024-03-01")
    datetime.date(2024, 3, 1)
    """
    if text is None:
        return None
    try:
        if len(text) == 10:  # 20240301 is ISO 8601 too, but not what the files have
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CallError(f'--date "{text}" is not a day; write it as YYYY-MM-DD, such as 2024-03-01')


def refuse_as_without_out(kind: FileKind | None, out: Path | None) -> None:
    """Raise CallError when `--as` has nothing to act on."""
    if kind is not None and out is None:
        raise CallError("--as has no effect without --out; say where to write with --out DIR")


def refuse_allow_without_fail(allow_not_run: bool, fail_on: FailOn) -> None:
    """Raise CallError when `--allow-not-run` could not change the exit code."""
    if allow_not_run and fail_on == "never":
        raise CallError("--allow-not-run has no effect with --fail-on never; leave one out")


def refuse_mask_without_use(mask: bool | None, reports: object, format: FindingsFormat) -> None:
    """Raise CallError when nothing is written that could name subjects or not."""
    if mask is not None and not reports and format != "github":
        name = "--mask-ids" if mask else "--show-ids"
        raise CallError(
            f"{name} has no effect without --report, --queries or --format github; leave it out"
        )


def refuse_date_without_use(day: str | None, *uses: object) -> None:
    """Raise CallError when nothing would depend on `--date`: no file is written or read."""
    if day is not None and not any(uses):
        raise CallError(
            "--date has no effect without --out, --report, --queries or --known; leave it out"
        )
