"""One run: an export read, packs loaded, parameters resolved, tables known to an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from oncorules.data.model import Model, standard_model
from oncorules.errors import CallError, Problem, RuleError, did_you_mean
from oncorules.rules.loading.loaded import LoadedPack, RuleInstance
from oncorules.rules.loading.loader import is_rule_file, load_pack, load_rule_files
from oncorules.rules.loading.model_read import ReadTable, sources_of
from oncorules.rules.loading.parameters import resolve_parameters
from oncorules.rules.workspace import Workspace

if TYPE_CHECKING:
    from oncorules.data.export import Export
    from oncorules.engine.duckdb import Engine
    from oncorules.engine.tables import Tables

DEFAULT_PACKS = ("sdtm",)
Paths = str | Path | Sequence[str | Path]


@dataclass(frozen=True)
class Session:
    """What one run works on; close it, or use it in a `with` block.

    Attributes:
        export: what was read.
        tables: what was loaded.
        packs: the packs, the study first.
        workspace: what the names of rules mean.
        rules: the rules of the run, each with the id of the loaded pack that brought it.
    """

    export: Export
    tables: Tables
    packs: tuple[LoadedPack, ...]
    workspace: Workspace
    rules: tuple[tuple[RuleInstance, str], ...]

    @property
    def engine(self) -> Engine:
        """The engine that holds the tables."""
        return self.workspace.engine

    def close(self) -> None:
        """Close the engine and remove its temporary files."""
        self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_session(
    paths: Paths | Export,
    packs: Sequence[str | Path | LoadedPack] = (),
    *,
    study: str | Path | None = None,
    rules: Sequence[str] = (),
    exclude: Sequence[str] = (),
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    memory: str | None = None,
    jobs: int | None = None,
) -> Session:
    """Return a run that is ready to validate or derive.

    Args:
        paths: an export, or a folder, zip, file or URL to read one from; several form one export.
        packs: ids of shipped packs, or paths of packs and rule files; when neither these nor a
            study are given, the export is recognised and those that are for it are picked.
        study: a study pack; it comes first.
        rules: ids of the rules to run; all when empty.
        exclude: ids of rules to leave out.
        preset: named sets of parameter values.
        settings: parameter values by address.
        memory: the most memory that rows may take, such as `2GB`.
        jobs: the number of threads.

    Raises:
        CallError: a pack, rule, preset or parameter that does not exist, or an exclusion without
            effect.
        RuleError: a rule file cannot be used.
        DataError: the export cannot be read.
    """
    from oncorules.data.export import Export, read_export
    from oncorules.engine.duckdb import Engine

    named = bool(packs) or study is not None
    loaded = load_packs(packs, study) if named else []  # their faults come before those of data
    export = paths if isinstance(paths, Export) else read_export(*_listed(paths))
    if not named:
        from oncorules.rules.guess import guess

        export, picked = guess(export)
        loaded = load_packs(picked) if picked else []
    resolved = resolve_parameters(loaded, preset=preset, settings=dict(settings or {}))
    chosen = choose_rules(loaded, rules, exclude)
    model = model_of(loaded)
    export = read_as(export, loaded)
    engine = Engine(memory, jobs)
    try:
        tables = engine.load(export, model)
    except BaseException:
        engine.close()
        raise
    present = {
        name: {column.name: column.type for column in table.columns.values()}
        for name, table in tables.items()
    }
    files = {name: table.files for name, table in tables.items()}
    rows = {name: table.rows for name, table in tables.items()}
    workspace = Workspace(engine, model, loaded, resolved, present, files, rows)
    return Session(export, tables, tuple(loaded), workspace, chosen)


def _listed(paths: Any) -> list[str | Path]:
    return [paths] if isinstance(paths, str | Path) else list(paths)


def load_packs(
    packs: Sequence[str | Path | LoadedPack],
    study: str | Path | None = None,
    *,
    examples: bool = False,
) -> list[LoadedPack]:
    """Return loaded packs, the study first; the default packs when nothing is named.

    A pack that another of them extends is part of that one, and is not a second one beside it.
    """
    named: list[str | Path | LoadedPack] = [*([study] if study else []), *packs]
    loaded: list[LoadedPack] = []
    files: list[str | Path] = []  # of rules without a pack; together they are one
    for one in named or DEFAULT_PACKS:
        if isinstance(one, LoadedPack):
            loaded.append(one)
        elif is_rule_file(one):
            files.append(one)
        else:
            loaded.append(load_pack(one, examples=examples))
    if files:
        loaded.append(load_rule_files(files, examples=examples))
    ids = [pack.id for pack in loaded]
    for pack in ids:
        if ids.count(pack) > 1:
            raise CallError(f'the pack "{pack}" is named twice; name each pack once')
    return [pack for pack in loaded if not any(_is_part(pack, other) for other in loaded)]


def _is_part(pack: LoadedPack, other: LoadedPack) -> bool:
    """Return whether another pack extends this very one, and not one that is called the same."""
    if pack.id not in other.extends:
        return False
    mine = {entry.document.file for entry in pack.entries.values()}
    theirs = {entry.document.file for entry in other.entries.values()}
    return mine <= theirs


def model_of(packs: Sequence[LoadedPack]) -> Model:
    """Return the table model with the export tables that packs declare."""
    model = standard_model()
    for pack in packs:
        if pack.export_tables:
            model = model.with_tables(pack.export_tables)
    return model


def read_as(export: Export, packs: Sequence[LoadedPack]) -> Export:
    """Return the export with the tables that packs read from a site's own files.

    Raises:
        CallError: two packs read one table.
        DataError: the files do not have what is read from them.
    """
    from oncorules.data.mapping import map_export

    tables: dict[str, tuple[ReadTable, ...]] = {}
    owners: dict[str, str] = {}
    for pack in packs:
        for name, ways in pack.read.items():
            other = owners.setdefault(name.upper(), pack.id)
            if other != pack.id:
                raise CallError(f"{other} and {pack.id} both say how {name} is read; name one")
            tables[name] = ways
    return map_export(export, sources_of(tables)) if tables else export


def choose_rules(
    packs: Sequence[LoadedPack], rules: Sequence[str], exclude: Sequence[str]
) -> tuple[tuple[RuleInstance, str], ...]:
    """Return the checks to run; a criterion is applied by a selection, not by a validation.

    Raises:
        CallError: a name that no check has.
        RuleError: two packs bring different rules under one id.
    """
    found: dict[tuple[str, str], tuple[RuleInstance, str]] = {}
    criteria: set[str] = set()
    for pack in packs:
        for one in pack.rule_instances:
            if one.rule.kind == "eligibility":
                criteria.add(one.id)
                continue
            other = found.get((one.id, one.table))
            if other is None:
                found[one.id, one.table] = (one, pack.id)
            elif other[0].pack != one.pack:
                message = f'rule "{one.id}" of {pack.id} has the id of a rule of {other[1]}'
                raise RuleError([Problem(one.place("id"), message)])
    ids = {name for name, _ in found}
    structure = [name for name in (*rules, *exclude) if "." in name]
    for name in (*rules, *exclude):
        if name in criteria:
            raise CallError(
                f'"{name}" is an eligibility criterion, and it is checks that are run here; '
                "a selection applies it, which oncorules derive writes"
            )
        if name not in ids and name not in structure:
            raise CallError(f'there is no rule "{name}" in these packs{did_you_mean(name, ids)}')
    for name in exclude:
        if rules and name not in rules:
            raise CallError(
                f'to exclude "{name}" has no effect, since only {", ".join(rules)} would run;'
                " leave it out"
            )
    if rules and not set(rules) - set(exclude):
        raise CallError(f"{', '.join(rules)} would run and not run; nothing is left, so drop one")
    return tuple(
        (one, pack)
        for (name, _), (one, pack) in found.items()
        if (not rules or name in rules) and name not in exclude
    )
