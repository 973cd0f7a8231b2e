"""The page of a study names what its pack has: tables, criteria, endpoints, parameters."""

import re
from pathlib import Path

import pytest

from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.loading.model import Parameter

STUDY = "van-der-zwan-2018"
PAGE = (Path(__file__).parents[2] / "docs" / f"{STUDY}.md").read_text("utf-8")


@pytest.fixture(scope="module")
def pack() -> LoadedPack:
    return load_pack(STUDY, examples=False)


def own_parameters(pack: LoadedPack) -> dict[str, Parameter]:
    """The parameters that the study itself declares, by address."""
    found = {
        name: one
        for name, one in pack.parameters.items()
        if pack.origin("parameters", name) == STUDY
    }
    for rule in pack.rules.values():
        if pack.origin("rules", rule.id) == STUDY:
            found |= {f"{rule.id}.{name}": one for name, one in rule.parameters.items()}
    return found


def row_of(word: str) -> str:
    """The line of a table whose first cell has a word in code marks."""
    rows = [line for line in PAGE.splitlines() if f"`{word}`" in line.partition(" | ")[0]]
    assert len(rows) == 1, f"{word} stands in {len(rows)} lines"
    return rows[0]


def test_every_parameter_of_the_study_has_a_line_with_its_value(pack: LoadedPack) -> None:
    parameters = own_parameters(pack)
    assert len(parameters) > 15
    for address, parameter in parameters.items():
        row = row_of(address)
        for choice in parameter.choices or ():
            assert f"`{choice}`" in row, address
        if not parameter.choices:
            value = re.escape(f"{parameter.value}".removesuffix(".0"))
            assert re.search(rf"(?<![\d.]){value}(?![\d.]\d)", row), (address, row)


def test_what_is_unverified_is_marked_and_nothing_else(pack: LoadedPack) -> None:
    marked = set()
    unverified = set()
    for address, parameter in own_parameters(pack).items():
        source = parameter.source
        note = getattr(source, "note", None) or ""
        marked |= {address} if "**unverified**" in row_of(address) else set()
        unverified |= {address} if note.startswith("Unverified") else set()
    assert marked == unverified
    assert len(unverified) == 4


def test_a_page_names_every_step_of_every_selection_and_every_table_it_adds(
    pack: LoadedPack,
) -> None:
    for name, selection in pack.selections.items():
        assert f"`{name}`" in PAGE
        assert [step for step in selection.steps if step not in PAGE] == []
    read = ("DM", "EX", "TU", "TR", "RS", "LB", "AE", "MH", "DS", "FA")
    assert [table for table in read if not re.search(rf"^\|.*\b{table}\b.* \|", PAGE, re.M)] == []


def test_a_page_names_every_endpoint_and_every_code_of_a_course(pack: LoadedPack) -> None:
    for word in ("PFS", "OS", "AMLMDS"):
        assert f"\n| {word} | " in PAGE
    for course in ("I-PRRT", "R-PRRT", "RR-PRRT"):
        assert f"`{course}`" in PAGE


def test_the_changed_parameters_of_what_a_study_extends_are_named(pack: LoadedPack) -> None:
    parent = load_pack("recist-1.1", examples=False)
    changed = {
        name: one.value
        for name, one in parent.parameters.items()
        if pack.parameters[name].value != one.value
    }
    assert set(changed) == {"baseline_visit", "stop_at", "sd_measured_from"}
    for name in changed:
        assert f"`{name}`" in PAGE
        assert f"`{pack.parameters[name].value}`" in PAGE
