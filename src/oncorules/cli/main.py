"""The command line: `oncorules VERB ...`, one file per verb beside this one."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.main import get_command

from oncorules import __version__
from oncorules.cli import (
    analyse,
    audit,
    compare,
    demo,
    derive,
    expectations,
    explain,
    generate,
    init,
    known,
    ledger,
    reproduce,
    resolve,
    rules,
    schema,
    score,
    validate,
)
from oncorules.cli.exits import OK, run_to_exit_code
from oncorules.errors import CallError


def _examples(*commands: str) -> str:
    """Return what stands below a help text; the mark at its start keeps the lines apart."""
    return "\n".join(["\b", "Examples:", *(f"  oncorules {command}" for command in commands)])


app = typer.Typer(
    help="Rules that people can read, for oncology trial data.",
    epilog=_examples(
        "demo",
        "validate exports/trial --out findings",
        "explain exports/trial --row lb.xpt:123",
        "rules list",
        "rules new our-checks",
    ),
    add_completion=False,
    # Boxes and colours belong on a terminal; a pipe or a log gets plain lines.
    rich_markup_mode="rich" if sys.stdout.isatty() else None,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command("demo", epilog=_examples("demo", "demo --rules AE-FATAL-DEATH"))(demo.demo)
app.command(
    "validate",
    epilog=_examples(
        "validate exports/trial --out findings --report findings.xlsx",
        "validate dm.xpt ae.xpt --pack sdtm --pack our-checks --fail-on warning",
        "validate exports/trial --set TR-BASELINE-WINDOW.most_days=35 --format csv",
        "validate exports/trial --known known.csv --out week2",
        "validate exports/trial --baseline week1",
        "validate --each sites/01 sites/02 sites/03 --out sites-checked",
    ),
)(validate.validate)
app.command(
    "init",
    epilog=_examples("init exports/trial --out our-study"),
)(init.init)
app.command(
    "compare",
    epilog=_examples("compare week1 week2", "compare week1 week2 --out compared"),
)(compare.compare)
app.command(
    "known",
    epilog=_examples("known week1 --file known.csv"),
)(known.known)
app.command(
    "derive",
    epilog=_examples("derive exports/trial --pack our-pack --out derived --as xpt"),
)(derive.derive)
app.command(
    "explain",
    epilog=_examples(
        "explain exports/trial --finding e7f418fadf8ca3f4",
        "explain exports/trial --row lb.xpt:123 --rules LB-LIMITS-ORDER",
        "explain exports/trial --subject ABC-01-010",
    ),
)(explain.explain)
app.command(
    "schema",
    epilog=_examples(
        "schema exports/trial --format csv",
        "schema --study van-der-zwan-2018 --pandera --out models.py",
    ),
)(schema.print_tables)
app.command(
    "expectations",
    epilog=_examples(
        "expectations sdtm --export exports/trial --out gx",
        "expectations our-study --export exports/trial --out gx --fail-on warning",
    ),
)(expectations.expectations)
app.command(
    "audit",
    epilog=_examples(
        "audit van-der-zwan-2018",
        "audit van-der-zwan-2018 --out audited",
        "audit our-study --format json",
    ),
)(audit.audit)
app.command(
    "analyse",
    epilog=_examples(
        "analyse exports/trial --study van-der-zwan-2018 --out analysed",
        "analyse --study freireich-1963 --out analysed",
    ),
)(analyse.analyse)
app.command(
    "generate",
    epilog=_examples(
        "generate van-der-zwan-2018 --out twin",
        "generate van-der-zwan-2018 --seed 7 --as xpt --out twin-7",
        "generate van-der-zwan-2018 --defects 0.5% --out faulty",
    ),
)(generate.generate)
app.command(
    "score",
    epilog=_examples(
        "score findings faulty/answer-key.csv",
        "score findings faulty --precision 0.95 --format json",
    ),
)(score.score)
app.command(
    "reproduce",
    epilog=_examples(
        "reproduce van-der-zwan-2018",
        "reproduce freireich-1963",
        "reproduce van-der-zwan-2018 --export exports/trial --baseline agreed.txt",
        "reproduce our-study --export exports/trial --baseline agreed.txt --keep-baseline",
    ),
)(reproduce.reproduce)
app.command(
    "resolve",
    epilog=_examples(
        "resolve van-der-zwan-2018",
        "resolve van-der-zwan-2018 --seed 22 --out solved-22",
        "resolve our-study",
    ),
)(resolve.resolve)
app.command(
    "ledger",
    epilog=_examples(
        "ledger van-der-zwan-2018",
        "ledger van-der-zwan-2018 --cohorts 200 --seed 7 --out acceptance",
    ),
)(ledger.ledger)
app.add_typer(rules.app, name="rules")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"oncorules {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Rules that people can read, for oncology trial data."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code of one command line; `oncorules.cli.exits` lists the codes.

    Args:
        arguments: The words after `oncorules`; those of the process when left out.

    >>> main(["--version"])
    oncorules 0.1.0
    0
    """
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # a library's note to programmers is no answer to a user
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a narrow locale must not end a run
    return run_to_exit_code(lambda: _invoke(words))


def _invoke(words: list[str]) -> int:
    if "" in words:
        before = words[words.index("") - 1] if words.index("") else "oncorules"
        raise CallError(f"an empty word stands after {before}; is a variable of the shell not set?")
    command = get_command(app)
    with command.make_context("oncorules", words) as context:
        code = command.invoke(context)
    return code if isinstance(code, int) else OK


def run() -> NoReturn:
    """End the process with the exit code of its command line.

    Rules become trees of many small objects, which the collector of Python would go through in
    vain, again and again, and once more at the end: a third of the time of a run on a small export.
    """
    gc.set_threshold(1_000_000, 20, 100)
    code = main()
    gc.freeze()
    sys.exit(code)
