from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.loading.parameters import Layer, resolve_parameters

ONE = """\
id: one-1.0
title: One
version: 1.0
language: 1
parameters:
  days: {value: 28, unit: day, source: guideline}
  therapy: {value: censor, choices: [censor, ignore], source: FDA18}
  reader: {value: INV, source: protocol}
presets:
  ema: {therapy: ignore, AGE-18.minimum: 16}
rules:
  - id: AGE-18
    title: Adult
    kind: check
    source: ours
    applies_to: {table: DM}
    parameters:
      minimum: {value: 18.0, unit: year, source: ours}
      days: {value: 7, unit: day, source: ours}
    condition: AGE >= minimum
"""
TWO = """\
id: two
title: Two
version: 1.0
language: 1
parameters:
  days: {value: 42, unit: day, source: ours}
presets:
  ema: {days: 41}
  fda: {days: 43}
"""


@pytest.fixture
def packs(tmp_path: Path) -> list[LoadedPack]:
    (tmp_path / "one.yaml").write_text(ONE)
    (tmp_path / "two.yaml").write_text(TWO)
    return [load_pack(tmp_path / "one.yaml"), load_pack(tmp_path / "two.yaml")]


def test_every_parameter_has_its_default_and_says_where_it_stands(packs: list[LoadedPack]) -> None:
    resolved = resolve_parameters(packs)
    assert [(one.address, one.value, one.unit, one.type) for one in resolved] == [
        ("one-1.0:days", 28, "day", "number"),
        ("one-1.0:therapy", "censor", None, "choice"),
        ("one-1.0:reader", "INV", None, "text"),
        ("one-1.0:AGE-18.minimum", Decimal("18.0"), "year", "number"),
        ("one-1.0:AGE-18.days", 7, "day", "number"),
        ("two:days", 42, "day", "number"),
    ]
    assert resolved.find("minimum").origin == f"default ({packs[0].path}:18:24)"
    assert str(resolved.find("minimum").declared.source) == "ours"


def test_the_parameters_of_a_rule_hide_those_of_its_pack(packs: list[LoadedPack]) -> None:
    resolved = resolve_parameters(packs)
    assert {name: one.value for name, one in resolved.of("one-1.0", "AGE-18").items()} == {
        "days": 7, "therapy": "censor", "reader": "INV", "minimum": 18,
    }  # fmt: skip
    assert resolved.of("one-1.0")["days"].value == 28


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("therapy", "one-1.0:therapy"),
        ("minimum", "one-1.0:AGE-18.minimum"),
        ("AGE-18.days", "one-1.0:AGE-18.days"),
        ("one-1.0:days", "one-1.0:days"),
        ("one-1.0:minimum", "one-1.0:AGE-18.minimum"),
        ("one-1.0:AGE-18.days", "one-1.0:AGE-18.days"),
        ("two:days", "two:days"),
    ],
)
def test_an_address_names_one_parameter(packs: list[LoadedPack], address: str, found: str) -> None:
    assert resolve_parameters(packs).find(address).address == found


def test_an_ambiguous_address_lists_the_candidates(packs: list[LoadedPack]) -> None:
    with pytest.raises(CallError) as caught:
        resolve_parameters(packs, settings={"days": "3"})
    assert str(caught.value) == (
        'the parameter "days" can be any of one-1.0:days, one-1.0:AGE-18.days, two:days; '
        "write one of these"
    )


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("theraphy", "therapy"),
        ("AGE-18.minimal", "AGE-18.minimum"),
        ("one-1.0:dais", "one-1.0:days"),
        ("one-1.0:AGE-18.dais", "one-1.0:AGE-18.days"),
        ("tow:days", "two:days"),
    ],
)
def test_an_unknown_address_gets_the_nearest_in_its_own_form(
    packs: list[LoadedPack], address: str, near: str
) -> None:
    with pytest.raises(CallError) as caught:
        resolve_parameters(packs, settings={address: "3"})
    assert str(caught.value) == f'there is no parameter "{address}"; did you mean "{near}"?'


def test_an_address_like_nothing_known_says_where_to_look(packs: list[LoadedPack]) -> None:
    with pytest.raises(CallError, match="see them all with: oncorules rules show"):
        resolve_parameters(packs, settings={"zebra": "3"})


def test_the_last_word_is_that_of_set(packs: list[LoadedPack]) -> None:
    layers: dict[str, Any] = {}
    seen = []
    for name, given in (
        ("pack_presets", ["ema"]),
        ("study", Layer("study trial", {"minimum": 17})),
        ("scenario", Layer("scenario young", {"minimum": 15})),
        ("preset", "ema"),
        ("settings", {"minimum": "12.0"}),
    ):
        layers[name] = given
        one = resolve_parameters(packs, **layers).find("minimum")
        seen.append((one.origin, str(one.value)))
    assert seen == [
        ("preset ema", "16"),
        ("study trial", "17"),
        ("scenario young", "15"),
        ("--preset ema", "16"),
        ("--set", "12.0"),
    ]


def test_a_preset_acts_in_every_pack_that_has_it_or_in_one(packs: list[LoadedPack]) -> None:
    both = resolve_parameters(packs, "ema")
    assert (both.find("therapy").value, both.find("two:days").value) == ("ignore", 41)
    one = resolve_parameters(packs, "two:ema")
    assert (one.find("therapy").value, one.find("two:days").value) == ("censor", 41)
    assert resolve_parameters(packs, ["fda", "one-1.0:ema"]).find("two:days").value == 43


def test_a_preset_that_no_pack_has_is_refused(packs: list[LoadedPack]) -> None:
    with pytest.raises(CallError, match='there is no preset "emaa"; did you mean "ema"'):
        resolve_parameters(packs, "emaa")
    with pytest.raises(CallError, match='there is no preset "zebra"; presets: ema, fda'):
        resolve_parameters(packs, "zebra")
    with pytest.raises(CallError, match='there is no preset "one-1.0:fda"'.replace(".", r"\.")):
        resolve_parameters(packs, "one-1.0:fda")


@pytest.mark.parametrize(
    ("address", "value", "message"),
    [
        ("minimum", "old", '"old" is not a number; one-1.0:AGE-18.minimum is a number (year)'),
        ("minimum", "18 month", '"month" is not the unit of one-1.0:AGE-18.minimum; it is in year'),
        ("minimum", "1e3", '"1e3" is not a number; one-1.0:AGE-18.minimum is a number (year)'),
        ("minimum", "true", '"true" is not a number; one-1.0:AGE-18.minimum is a number (year)'),
        (
            "therapy",
            "ignor",
            '"ignor" is not a choice of one-1.0:therapy; expected censor, ignore; '
            'did you mean "ignore"?',
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused(
    packs: list[LoadedPack], address: str, value: str, message: str
) -> None:
    with pytest.raises(CallError) as caught:
        resolve_parameters(packs, settings={address: value})
    assert str(caught.value) == f"--set {address}={value}: {message}"


def test_a_number_may_carry_its_unit_and_keeps_its_digits(packs: list[LoadedPack]) -> None:
    resolved = resolve_parameters(packs, settings={"minimum": "1.50 year", "two:days": Decimal(40)})
    assert str(resolved.find("minimum").value) == "1.50"
    assert resolved.find("two:days").value == 40


def test_a_text_stays_a_text(packs: list[LoadedPack]) -> None:
    assert resolve_parameters(packs, settings={"reader": "010"}).find("reader").value == "010"


def test_one_parameter_cannot_be_set_twice(packs: list[LoadedPack]) -> None:
    with pytest.raises(CallError, match='sets one parameter twice: "minimum" and "AGE-18'):
        resolve_parameters(packs, settings={"minimum": "1", "AGE-18.minimum": "2"})


def test_faults_of_a_study_file_come_together_with_their_places(packs: list[LoadedPack]) -> None:
    study = Layer(
        "study trial", {"zebra": 1, "minimum": "old"}, lambda address: f"s.yaml:{address}"
    )
    with pytest.raises(RuleError) as caught:
        resolve_parameters(packs, study=study)
    assert [problem.place for problem in caught.value.problems] == [
        "s.yaml:zebra",
        "s.yaml:minimum",
    ]
