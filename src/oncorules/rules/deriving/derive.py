"""Derived tables: from an export and packs to the tables that the packs publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oncorules.errors import CallError, Problem, RuleError, did_you_mean
from oncorules.rules.compiler.relation import Relation
from oncorules.rules.deriving.as_tables import tables_behind
from oncorules.rules.deriving.derived import DerivedTable, DeriveResult
from oncorules.rules.deriving.reading import Reading
from oncorules.rules.deriving.unreadable import refuse_absent, refuse_unreadable
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Published
from oncorules.rules.session import Paths, Session, load_packs, open_session

if TYPE_CHECKING:
    from oncorules.data.export import Export
    from oncorules.rules.deriving.table_files import TableFiles

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Wanted:
    """One table to derive: its name, the pack, the table of the pack, the columns to keep."""

    name: str
    pack: LoadedPack
    source: str
    published: Published | None = None

    @property
    def columns(self) -> tuple[str, ...] | None:
        """The columns to keep; None for all."""
        return self.published.columns if self.published is not None else None

    def place(self, *path: object) -> str:
        if self.published is None:
            return self.pack.place("tables", self.source, *path)
        return self.pack.place("publish", self.name, *path)


def derive(
    paths: Paths | Export,
    packs: Sequence[str | Path | LoadedPack] = (),
    *,
    study: str | Path | None = None,
    preset: str | Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    everything: bool = False,
    memory: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    files: TableFiles | None = None,
) -> DeriveResult:
    """Return the tables that packs derive from an export.

    Args:
        paths: an export, or a folder, zip, file or URL to read one from; several form one export.
        packs: ids of shipped packs, or paths of packs; `sdtm` when nothing is given.
        study: a study pack; it comes first.
        preset: named sets of parameter values.
        settings: parameter values by address.
        everything: inner tables too, not only the published ones.
        memory: the most memory that rows may take, such as `2GB`.
        jobs: the number of threads.
        progress: called with what is being done, how many steps are done, and of how many.
        files: gets each table once it can be read, and writes it while the next one is worked out.

    Raises:
        CallError: the packs publish nothing, or something named does not exist.
        RuleError: a rule file cannot be used.
        DataError: the export cannot be read, a required column that the tables read is not there,
            or a cell that they read holds text where a number or a date was expected.
    """
    from oncorules.data.export import Note

    loaded = load_packs(packs, study)
    _refuse_empty(loaded)
    wanted = list(_wanted(loaded, everything))
    session = open_session(
        paths, loaded, preset=preset, settings=settings, memory=memory, jobs=jobs
    )
    try:
        reading = _read(session, wanted)
        columns = reading.found
        whole = {(one.pack.id, one.source) for one in wanted if one.columns is None}
        whole |= reading.whole
        session.workspace.read = {
            label: read for label, read in reading.derived().items() if label not in whole
        }
        session.workspace.to_come = frozenset(reading.derived())
        session.workspace.wanted = [(one.pack.id, one.source) for one in wanted]
        refuse_absent(session, columns)
        refuse_unreadable(session, reading.strict)
        session.workspace.readable = reading.strict
        absent = [name for name in sorted(columns) if name not in session.tables]
        notes = [
            Note(name, "the export has no such table; what is derived from it is missing")
            for name in absent
            if session.workspace.model.table(name) is not None
        ]
        tables = []
        for number, one in enumerate(wanted):
            if progress is not None:
                progress(f"deriving {one.name}", number, len(wanted))
            tables.append(_derived(session, one))
            if files is not None:
                files.add(tables[-1])
        if progress is not None:
            progress("tables", len(wanted), len(wanted))
        return DeriveResult(tuple(tables), (*session.tables.notes, *notes), session)
    except BaseException:
        if files is not None:
            files.stop()
        session.close()
        raise


def _refuse_empty(packs: Sequence[LoadedPack]) -> None:
    """Refuse a pack that leaves the terms of its gradings to the packs that extend it."""
    for pack in packs:
        if pack.gradings and not any(grading.terms for grading in pack.gradings.values()):
            name = next(iter(pack.gradings))
            message = (
                f'the grading "{name}" of {pack.id} has no terms: name a pack that extends '
                f"{pack.id} and brings them"
            )
            raise RuleError([Problem(pack.place("gradings", name, key=True), message)])


def _wanted(packs: Sequence[LoadedPack], everything: bool) -> Iterator[_Wanted]:
    """Go through the published tables of all packs, then through the inner ones."""
    owners: dict[str, LoadedPack] = {}
    listed = " and ".join(pack.id for pack in packs)
    for pack in packs:
        for name, published in pack.publish.items():
            other = owners.setdefault(name.lower(), pack)
            if other is not pack:
                message = (
                    f"{name} is published by {other.id} as well: name one of the packs only, or "
                    f'write one that says "extends: [{other.id}, {pack.id}]"'
                )
                raise RuleError([Problem(pack.place("publish", name, key=True), message)])
            yield _Wanted(name, pack, published.from_, published)
    if not everything:
        if not owners:
            publish = "publishes" if len(packs) == 1 else "publish"
            raise CallError(
                f"{listed} {publish} no table; name a pack that does with --pack, "
                "or take the inner tables with --all"
            )
        return
    for pack in packs:
        for name in pack.derived_names:
            # A published table takes the name; two packs that extend one share its tables.
            label = name if name.lower() not in owners else f"{pack.id}.{name}"
            if label.lower() not in owners:
                owners[label.lower()] = pack
                yield _Wanted(label, pack, name)
    if not owners:
        derive = "derives" if len(packs) == 1 else "derive"
        raise CallError(f"{listed} {derive} no table; name a pack that does with --pack")


def _read(session: Session, wanted: Sequence[_Wanted]) -> Reading:
    """Return the columns of the export that the tables read."""
    reading = Reading(session.packs, session.workspace.model)
    for one in wanted:
        reading.follow(one.source, one.pack.id, one.columns or ())
        for table in tables_behind(one.pack, one.source) if one.columns is None else ():
            reading.follow(one.source, one.pack.id, {*table.columns, *table.one_row_per})
    return reading


def _derived(session: Session, one: _Wanted) -> DerivedTable:
    workspace = session.workspace
    try:
        relation = workspace.relation(one.source, one.pack.id)
    except FormulaError as error:
        raise RuleError([Problem(one.place("from_"), str(error))]) from None
    columns = _columns(one, relation)
    found = one.pack.derived(one.source)
    title = (found[1].title if found is not None else None) or ""
    if one.published is not None and one.published.label is not None:
        title = one.published.label
    return DerivedTable(
        one.name,
        title or f"one row per {', '.join(relation.key)}",
        columns,
        one.published is not None,
        {name: label for name, label in _labels(session, one).items() if name in columns},
        relation,
        session,
    )


def _labels(session: Session, one: _Wanted) -> dict[str, str]:
    """Return what columns hold: as the pack says, else as the standard says of such a table."""
    labels: dict[str, str] = {}
    declared = session.workspace.model.table(one.name)
    for name, column in (declared.columns if declared is not None else {}).items():
        if column.label:
            labels[name] = column.label
    table = one.pack.tables.get(one.source)
    for name, spec in (table.columns if table is not None else {}).items():
        if spec.label is not None:
            labels[name] = spec.label
    return labels


def _columns(one: _Wanted, relation: Relation) -> tuple[str, ...]:
    """Return the columns to show: those that are published, or all that people named."""
    named = [name for name in relation.columns if "#" not in name]
    if one.published is None or one.published.columns is None:
        return tuple(named)
    for number, name in enumerate(one.published.columns):
        if name not in named:
            near = did_you_mean(name, [*named, *sorted(relation.left_out)])
            message = f'{one.source} has no column "{name}" to publish{near}'
            raise RuleError([Problem(one.place("columns", number), message)])
    return one.published.columns
