"""The reference pages name everything there is: functions, words, keys, columns, flags, codes."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from pydantic import BaseModel

from oncorules.cli import exits
from oncorules.data.formats import READERS
from oncorules.data.model import Column as ModelColumn
from oncorules.data.model import load_model
from oncorules.data.write import WriteAs
from oncorules.rules.language.functions import AGGREGATES, FUNCTIONS
from oncorules.rules.loading import model
from oncorules.rules.loading.model_words import RowsOf, read_rows
from oncorules.validation.comparison import CHANGES
from oncorules.validation.findings import COLUMNS
from oncorules.validation.known_file import COLUMNS as KNOWN_COLUMNS
from oncorules.validation.standing import STANDING_COLUMNS
from oncorules.validation.status import STATUSES
from oncorules.validation.structure_contract import Part

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGE, DATA, VALIDATION = (
    (DOCS / name).read_text("utf-8") for name in ("rule-language.md", "data.md", "validation.md")
)
RANKED = {"best", "worst"}
PARTS: list[type[BaseModel]] = [
    model.AppliesTo,
    model.Branch,
    model.Change,
    model.CodeList,
    model.Column,
    model.Decide,
    model.Example,
    model.Grading,
    model.Lookup,
    model.Pack,
    model.Parameter,
    model.Published,
    model.Rule,
    model.Run,
    model.Schedule,
    model.Selection,
    model.Source,
    model.StackPart,
    model.Table,
    model.Term,
    model.Window,
]


def section(text: str, title: str) -> str:
    """The text below a heading, up to the next one of its rank."""
    _, _, below = text.partition(f"\n## {title}\n")
    assert below, f"there is no section {title}"
    return below.partition("\n## ")[0]


def tables(text: str) -> list[list[str]]:
    """The first column of each table of a text, one list per table."""
    found = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [[line.split("|")[1].strip() for line in one.splitlines()[2:]] for one in found]


def words(cells: list[str]) -> list[str]:
    """What stands in code marks in some cells."""
    return [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]


def test_the_tables_name_every_function_and_every_aggregate_and_no_other() -> None:
    functions, aggregates = tables(section(LANGUAGE, "Functions"))
    named = [{word.partition("(")[0] for word in words(cells)} for cells in (functions, aggregates)]
    assert named == [{*FUNCTIONS, *RANKED, "line_of", "planned_between"}, {*AGGREGATES, *RANKED}]


def test_the_calls_of_the_table_take_as_many_arguments_as_they_show() -> None:
    functions, _ = tables(section(LANGUAGE, "Functions"))
    for call in words(functions):
        name, _, rest = call.rstrip(")").partition("(")
        if name not in FUNCTIONS:
            continue
        kinds = FUNCTIONS[name][0].split()
        shown = rest.split(", ")
        assert ("..." in kinds) == ("..." in shown), call
        most = len([kind for kind in kinds if kind != "..."])
        least = most - sum(kind.endswith("?") for kind in kinds)
        assert least <= len([word for word in shown if word != "..."]) <= most, call


def test_the_words_of_windows_are_those_that_are_read() -> None:
    (cells,) = tables(section(LANGUAGE, "Windows"))
    shown = {read_rows(word.replace(" N ", " 28 ")).word for word in words(cells)}
    assert shown == set(get_args(get_type_hints(RowsOf)["word"]))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_of_the_language_is_explained(part: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in part.model_fields.items()]
    unnamed = [key for key in keys if not re.search(rf"`{key}`|\b{key}:", LANGUAGE)]
    assert [key for key in unnamed if key not in ("grid", "expect")] == []


def test_the_statuses_the_findings_and_the_checks_of_structure_are_those_that_come() -> None:
    (statuses,) = tables(section(VALIDATION, "The outcome of a rule"))
    assert statuses == list(STATUSES)
    (columns,) = tables(section(VALIDATION, "Findings"))
    assert words(columns) == [*COLUMNS, *STANDING_COLUMNS]
    (checks,) = tables(section(VALIDATION, "Structure"))
    assert [check.rpartition(".")[2] for check in words(checks)] == list(get_args(Part))


def test_the_changes_and_the_columns_of_known_findings_are_those_that_come() -> None:
    (changes,) = tables(section(VALIDATION, "Two runs compared"))
    assert set(changes) == set(CHANGES)
    (columns,) = tables(section(VALIDATION, "Known findings"))
    assert set(words(columns)) == set(KNOWN_COLUMNS)


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    (codes,) = tables(section(VALIDATION, "Exit codes"))
    told = re.findall(r"^(\d+) ", exits.__doc__ or "", re.MULTILINE)
    assert codes == told


def test_the_flags_are_those_of_validate() -> None:
    (cells,) = tables(section(VALIDATION, "Flags"))
    done = subprocess.run(
        [sys.executable, "-m", "oncorules", "validate", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = re.findall(r"^  (?:-\w, )?(--[\w-]+(?: / --[\w-]+)?)", done.stdout, re.MULTILINE)
    taken = {flag for line in lines for flag in line.split(" / ")}
    assert set(words(cells)) == taken - {"--help"}


def test_the_endings_the_ways_to_write_and_the_keys_of_columns_are_those_of_the_data() -> None:
    (read,) = tables(section(DATA, "What can be read"))
    endings = re.findall(r"`(\.\w+)`", section(DATA, "What can be read"))
    assert len(read) == 9
    assert set(endings) == set(READERS)
    (keys,) = tables(section(DATA, "The table model"))
    assert set(words(keys)) == set(ModelColumn.model_fields)
    (ways,) = tables(section(DATA, "Writing tables"))
    assert set(words(ways)) == set(get_args(WriteAs))


def test_every_table_of_the_model_is_named() -> None:
    named = section(DATA, "The table model")
    for standard in ("sdtm", "adam"):
        for table in load_model(standard).tables:
            assert re.search(rf"(?<!\w){re.escape(table)}(?!\w)", named), table


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("recist-1.1", ["recist.md"]),
        ("irecist", ["recist.md"]),
        ("time-to-event", ["recist.md", "time-to-event.md"]),
    ],
)
def test_every_choice_of_the_response_packs_is_explained(name: str, pages: list[str]) -> None:
    from oncorules.rules.loading.loader import load_pack

    text = "\n".join((DOCS / page).read_text("utf-8") for page in pages)
    told = set(words(re.findall(r".*", text)))
    pack = load_pack(name, examples=False)
    assert set(pack.parameters) <= told
    assert {c for one in pack.parameters.values() for c in one.choices or ()} <= told


def test_every_choice_of_the_ctcae_packs_is_explained() -> None:
    from oncorules.rules.loading.loader import load_pack

    told = set(words(re.findall(r".*", (DOCS / "ctcae.md").read_text("utf-8"))))
    for version in ("3.0", "4.03", "5.0", "6.0"):
        pack = load_pack(f"ctcae-{version}", examples=False)
        assert set(pack.parameters) <= told
        choices = {c for one in pack.parameters.values() for c in one.choices or ()}
        assert choices <= told
        assert set(pack.presets["admiral"]) <= set(pack.parameters)
