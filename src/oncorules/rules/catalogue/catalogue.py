"""Rules looked up rather than run: their list, the page of one, and the SQL that it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oncorules.errors import CallError, did_you_mean
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.loader import load_pack, shipped_packs
from oncorules.rules.loading.model import Grading, Selection, Table
from oncorules.rules.session import load_packs

PackNames = Sequence[str | Path | LoadedPack]


@dataclass(frozen=True)
class RuleLine:
    """One rule or derived table in a list.

    Attributes:
        pack: the loaded pack that brings it.
        id: the id of the rule, or the name of the table.
        kind: check, eligibility; table, grading or selection.
        table: the tables that the rule looks at, or that the table is made from.
        severity: error, warning or notice; empty for a table.
        title: the rule in one line.
    """

    pack: str
    id: str
    kind: str
    table: str
    severity: str
    title: str


@dataclass(frozen=True)
class Subject:
    """What one name stands for: a rule on its tables, or a derived table.

    Attributes:
        id: the id of the rule, or the name of the table.
        pack: the loaded pack that brings it.
        rules: the rule on each of its tables; empty for a derived table.
        table: the derived table: an entry of tables, gradings or selections.
        section: where it stands: rules, tables, gradings or selections.
    """

    id: str
    pack: LoadedPack
    rules: tuple[RuleInstance, ...] = ()
    table: Table | Grading | Selection | None = None
    section: str = "rules"

    @property
    def place(self) -> str:
        """Where it stands: `file:line:column`."""
        return self.pack.place(self.section, self.id)


def find_rules(
    packs: PackNames = (),
    *,
    study: str | Path | None = None,
    rules: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> list[RuleLine]:
    """Return the rules and derived tables of packs, of every shipped pack when none is named.

    Args:
        packs: ids of shipped packs, or paths of packs and rule files.
        study: a study pack; it comes first.
        rules: ids of the rules to list; all when empty.
        exclude: ids of rules to leave out.

    Raises:
        CallError: `there is no rule "EX-AFTER-DEAD" in these packs; did you mean ...?`

    >>> [line.table for line in find_rules(["sdtm"], rules=["START-BEFORE-END"])]
    ['AE, CM, EX, MH']
    """
    subjects = list(all_subjects(packs_to_look_in(packs, study)))
    known = {one.id for one in subjects}
    for name in (*rules, *exclude):
        if name not in known:
            raise CallError(f'there is no rule "{name}" in these packs{did_you_mean(name, known)}')
    return [
        _line(one) for one in subjects if (not rules or one.id in rules) and one.id not in exclude
    ]


def packs_to_look_in(
    packs: PackNames, study: str | Path | None, *, examples: bool = False
) -> list[LoadedPack]:
    """Return the packs that are named, the study first, or every shipped pack."""
    if packs or study:
        return load_packs(packs, study, examples=examples)
    return [load_pack(name, examples=examples) for name in shipped_packs()]


def all_subjects(packs: Sequence[LoadedPack]) -> Iterator[Subject]:
    """Go through the rules and then the derived tables of each pack."""
    for pack in packs:
        grouped: dict[str, list[RuleInstance]] = {}
        for one in pack.rule_instances:
            grouped.setdefault(one.id, []).append(one)
        for name, instances in grouped.items():
            yield Subject(name, pack, tuple(instances))
        for name in pack.derived_names:
            section, table = pack.derived(name) or ("tables", None)
            yield Subject(name, pack, table=table, section=section)


def find_subject(name: str, packs: Sequence[LoadedPack]) -> Subject:
    """Return the rule or derived table behind `ID` or `PACK:ID`.

    Raises:
        CallError: nothing has that name, or two packs bring different things under it.
    """
    pack, _, bare = name.rpartition(":")
    subjects = list(all_subjects(packs))
    found = [one for one in subjects if one.id == bare and pack in ("", one.pack.id)]
    if not found:
        near = did_you_mean(bare, (one.id for one in subjects))
        listed = ", ".join(one.id for one in packs)
        raise CallError(f'there is no rule or table "{name}" in {listed}{near}')
    if len({one.place for one in found}) > 1:
        listed = ", ".join(f"{one.pack.id}:{one.id}" for one in found)
        raise CallError(f'"{name}" can be any of {listed}; write one of these')
    return found[0]


def describe_rule(
    rule: str,
    packs: PackNames = (),
    *,
    study: str | Path | None = None,
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return the page of a rule or derived table as lines.

    Args:
        rule: `ID` or `PACK:ID`.
        packs: ids of shipped packs, or paths of packs and rule files; every shipped one if empty.
        study: a study pack.
        preset: named sets of parameter values.
        settings: parameter values by address.

    Raises:
        CallError: there is no such rule, preset or parameter.
        RuleError: a rule file cannot be used.
    """
    from oncorules.rules.catalogue.pages import page_of
    from oncorules.rules.loading.parameters import resolve_parameters

    loaded = packs_to_look_in(packs, study, examples=True)
    subject = find_subject(rule, loaded)
    return page_of(subject, resolve_parameters(loaded, preset, settings))


def render_rule(
    rule: str,
    packs: PackNames = (),
    *,
    study: str | Path | None = None,
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    plan: bool = False,
) -> str:
    """Return the SQL of a rule or derived table, compiled against the table model alone.

    Args:
        rule: `ID` or `PACK:ID`.
        packs: ids of shipped packs, or paths of packs and rule files; every shipped one if empty.
        study: a study pack.
        preset: named sets of parameter values.
        settings: parameter values by address.
        plan: the one statement for all rules of the table, instead of the rule alone.

    Raises:
        CallError: there is no such rule, preset or parameter; or `plan` for a derived table.
        RuleError: a formula does not fit the table model.
    """
    from oncorules.rules.catalogue.rendering import sql_of
    from oncorules.rules.loading.parameters import resolve_parameters

    loaded = packs_to_look_in(packs, study)
    subject = find_subject(rule, loaded)
    if plan and not subject.rules:
        raise CallError(f'"{rule}" is a derived table, which has one statement only; leave --plan')
    return sql_of(subject, loaded, resolve_parameters(loaded, preset, settings), plan=plan)


def _line(one: Subject) -> RuleLine:
    if one.rules:
        rule = one.rules[0].rule
        tables = ", ".join(instance.table for instance in one.rules)
        return RuleLine(one.pack.id, one.id, rule.kind, tables, rule.severity, rule.title)
    assert one.table is not None
    table, kind = one.table, one.section.removesuffix("s")
    if not isinstance(table, Table):
        return RuleLine(one.pack.id, one.id, kind, table.of, "", table.title or "")
    stacked = [part.from_ for part in table.stack or ()]
    sources = [*filter(None, [table.from_]), *(table.rows_of or ()), *stacked]
    title = table.title or f"one row per {', '.join(table.one_row_per)}"
    return RuleLine(one.pack.id, one.id, kind, ", ".join(dict.fromkeys(sources)), "", title)
