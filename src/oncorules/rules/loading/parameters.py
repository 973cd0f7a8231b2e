"""Parameters of packs: one form of address, presets, and which value wins.

| address | names |
|---|---|
| `parameter` | the only parameter of that name |
| `RULE.parameter` | a parameter of a rule, table or grading |
| `PACK:parameter` | a parameter of a pack (or, if it has none of that name, of its only rule) |
| `PACK:RULE.parameter` | exactly one |

Precedence: default < pack preset < study < scenario < `--preset` < `--set`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from oncorules.errors import CallError, Problem, RuleError, did_you_mean
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Parameter
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.yaml_text import read_scalar

Key = tuple[str, str, str]
"""Pack, owner (a rule, table or grading; empty for the pack itself), name."""

Value = str | int | Decimal


@dataclass(frozen=True)
class ParameterValue:
    """A parameter with the value that holds, and where that value comes from.

    Attributes:
        pack: the loaded pack that has it.
        home: the pack whose file declares it; another one when the loaded pack extends that.
        owner: the rule, table or grading that declares it; empty for the pack itself.
        name: its name in formulas.
        value: text, int or Decimal.
        origin: `default (sdtm/lb.yaml:12:5)`, `preset fda`, `--set`, ...
        declared: the declaration: default, unit, choices, source.
    """

    pack: str
    owner: str
    name: str
    value: Value
    origin: str
    home: str
    declared: Parameter = field(repr=False)

    @property
    def key(self) -> Key:
        """Pack, owner and name."""
        return self.pack, self.owner, self.name

    @property
    def type(self) -> Literal["number", "text", "choice"]:
        """What values it takes."""
        return parameter_type(self.declared)

    @property
    def unit(self) -> str | None:
        """The unit of its value."""
        return self.declared.unit

    @property
    def address(self) -> str:
        """The address that names exactly this parameter."""
        return f"{self.pack}:{self.owner}.{self.name}" if self.owner else f"{self.pack}:{self.name}"


@dataclass(frozen=True)
class Layer:
    """Values that a study or a scenario gives to parameters.

    Attributes:
        origin: how messages and `rules show` name it: `scenario pfs-12-months`.
        values: value by address.
        place: gives the `file:line:column` of an address, when the values stand in a file.
    """

    origin: str
    values: Mapping[str, Value]
    place: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Resolved:
    """The value of every parameter of some packs."""

    values: Mapping[Key, ParameterValue]

    def __iter__(self) -> Iterator[ParameterValue]:
        """Go through all parameters in the order of the files."""
        return iter(self.values.values())

    def of(self, pack: str, owner: str = "") -> dict[str, ParameterValue]:
        """Return the parameters that the formulas of a rule, table or grading see, by name.

        Args:
            pack: the id of the loaded pack.
            owner: the rule, table or grading; its own parameters hide those of the pack.
        """
        seen = [one for one in self if one.pack == pack and one.owner in ("", owner)]
        return {one.name: one for one in sorted(seen, key=lambda one: one.owner != "")}

    def changed(self, pack: str, owner: str, settings: Mapping[str, Value]) -> Resolved:
        """Return the same values, some of them other for one rule, table or grading.

        Args:
            pack: the id of the loaded pack.
            owner: the rule, table or grading.
            settings: the other values by name; a name that it does not see is passed over.
        """
        values = dict(self.values)
        for name, current in self.of(pack, owner).items():
            if name in settings:
                values[pack, owner, name] = replace(current, owner=owner, value=settings[name])
        return Resolved(values)

    def find(self, address: str) -> ParameterValue:
        """Return the parameter that an address names.

        Raises:
            CallError: no parameter has that address, or several have.
        """
        return self.values[find_parameter(address, self.values)]


def parameter_type(declared: Parameter) -> Literal["number", "text", "choice"]:
    """Return what values a parameter takes: one of its choices, numbers, or any text."""
    if declared.choices is not None:
        return "choice"
    return "number" if isinstance(declared.value, (int, Decimal)) else "text"


def resolve_parameters(
    packs: Sequence[LoadedPack],
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Value] | None = None,
    *,
    pack_presets: Sequence[str] = (),
    study: Layer | None = None,
    scenario: Layer | None = None,
) -> Resolved:
    """Return the value of every parameter of some packs, and where each comes from.

    Args:
        packs: the packs of a run.
        preset: `--preset`, one name or several; `PACK:NAME` takes one pack's preset only.
        settings: `--set`: value by address.
        pack_presets: presets that a study pack chooses for itself.
        study: values that the study gives.
        scenario: values that a scenario gives.

    Raises:
        CallError: an unknown or ambiguous address or preset, a value of the wrong type or outside
            the choices, or one parameter set twice.
        RuleError: the same in a file.
    """
    values = dict(_defaults(packs))
    for name in pack_presets:
        _apply_preset(values, packs, name, f"preset {name}")
    for layer in (study, scenario):
        if layer is not None:
            _apply(values, layer)
    for name in [preset] if isinstance(preset, str) else preset or ():
        _apply_preset(values, packs, name, f"--preset {name}")
    _apply(values, Layer("--set", settings or {}))
    return Resolved(values)


def find_parameter(address: str, values: Mapping[Key, ParameterValue]) -> Key:
    """Return the parameter that an address names.

    Raises:
        CallError: no parameter has that address, or several have.
    """
    pack, _, rest = address.rpartition(":")
    owner, _, name = rest.rpartition(".")
    found = [
        one
        for one in values.values()
        if one.name == name
        and one.owner == (owner or one.owner)
        and pack in ("", one.pack, one.home)
    ]
    if pack and not owner:
        found = [one for one in found if not one.owner] or found
    if len(found) == 1:
        return found[0].key
    if found:
        listed = ", ".join(one.address for one in found)
        raise CallError(f'the parameter "{address}" can be any of {listed}; write one of these')
    near = _nearest(address, pack, owner, values)
    raise CallError(f'there is no parameter "{address}"{near}')


def read_setting(declared: Parameter, value: Value, address: str) -> Value:
    """Return a value in the type of a parameter.

    Args:
        declared: the parameter.
        value: a number or text; on the command line always a text, perhaps with the unit.
        address: how messages name the parameter.

    Raises:
        ValueError: the value has the wrong type or unit, or is not one of the choices.
    """
    text = str(scalar_text(value)).strip()
    if declared.choices is not None:
        if text not in declared.choices:
            near = did_you_mean(text, declared.choices)
            among = ", ".join(declared.choices)
            raise ValueError(f'"{text}" is not a choice of {address}; expected {among}{near}')
        return next(choice for choice in declared.choices if choice == text)
    if parameter_type(declared) == "text":
        return text
    number, _, unit = text.partition(" ")
    read = read_scalar(number)
    if isinstance(read, bool) or not isinstance(read, (int, Decimal)):
        of_unit = f" ({declared.unit})" if declared.unit else ""
        raise ValueError(f'"{text}" is not a number; {address} is a number{of_unit}')
    if unit and unit.strip() != declared.unit:
        raise ValueError(
            f'"{unit.strip()}" is not the unit of {address}; '
            + (f"it is in {declared.unit}" if declared.unit else "it has no unit")
        )
    return read


def check_presets(pack: LoadedPack) -> list[Problem]:
    """Return what is wrong with the presets of a pack: unknown parameters, values that do not fit.

    Args:
        pack: the pack; its presets name its own parameters.
    """
    problems = []
    for name, preset in pack.presets.items():
        try:
            _apply(dict(_defaults([pack])), _preset_layer(pack, name, preset, "preset"))
        except RuleError as error:
            problems.extend(error.problems)
    return problems


def _defaults(packs: Iterable[LoadedPack]) -> Iterator[tuple[Key, ParameterValue]]:
    for pack in packs:
        declared = [("parameters", "", pack.parameters)]
        for section in ("rules", "tables", "gradings"):
            for owner, item in getattr(pack, section).items():
                declared.append((section, owner, item.parameters))
        for section, owner, parameters in declared:
            for name, parameter in parameters.items():
                path = (owner, "parameters", name, "value") if owner else (name, "value")
                place = pack.place(section, *path)
                origin = f"default ({place})"
                home = pack.origin(section, owner or name)
                one = ParameterValue(pack.id, owner, name, parameter.value, origin, home, parameter)
                yield one.key, one


def _apply_preset(
    values: dict[Key, ParameterValue], packs: Sequence[LoadedPack], name: str, origin: str
) -> None:
    wanted, _, plain = name.rpartition(":")
    having = [pack for pack in packs if plain in pack.presets and pack.id == (wanted or pack.id)]
    if not having:
        known = {preset for pack in packs for preset in pack.presets}
        among = f"; presets: {', '.join(sorted(known))}" if known else "; the packs have no presets"
        raise CallError(f'there is no preset "{name}"{did_you_mean(plain, known) or among}')
    for pack in having:
        _apply(values, _preset_layer(pack, plain, pack.presets[plain], origin))


def _preset_layer(pack: LoadedPack, name: str, preset: Mapping[str, Value], origin: str) -> Layer:
    def place(address: str) -> str:
        return pack.place("presets", name, address.removeprefix(f"{pack.id}:"))

    return Layer(origin, {f"{pack.id}:{key}": value for key, value in preset.items()}, place)


def _apply(values: dict[Key, ParameterValue], layer: Layer) -> None:
    """Put the values of a layer over those that hold; every fault of a file comes at once."""
    taken: dict[Key, str] = {}
    problems = []
    for address, value in layer.values.items():
        try:
            key = find_parameter(address, values)
            if key in taken:
                raise CallError(
                    f'{layer.origin} sets one parameter twice: "{taken[key]}" and "{address}"'
                )
            taken[key] = address
            read = read_setting(values[key].declared, value, values[key].address)
            values[key] = replace(values[key], value=read, origin=layer.origin)
        except (CallError, ValueError) as error:
            if layer.place is None:
                said = str(error)
                prefix = (
                    "" if isinstance(error, CallError) else f"{layer.origin} {address}={value}: "
                )
                raise CallError(prefix + said) from error
            problems.append(Problem(layer.place(address), str(error)))
    if problems:
        raise RuleError(problems)


def _nearest(address: str, pack: str, owner: str, values: Mapping[Key, ParameterValue]) -> str:
    """Return a "did you mean" in the form in which the address was written."""
    forms: dict[str, Any] = {}
    for one in values.values():
        short = f"{one.owner}.{one.name}" if owner and one.owner else one.name
        forms[f"{one.pack}:{short}" if pack else short] = None
    return did_you_mean(address, forms) or "; see them all with: oncorules rules show"
