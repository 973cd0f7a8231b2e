"""Rules and derived tables as the chapters of a book: all that a reviewer needs of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oncorules.rules.catalogue.catalogue import (
    PackNames,
    Subject,
    all_subjects,
    packs_to_look_in,
)
from oncorules.rules.catalogue.pages import source_text, used_parameters
from oncorules.rules.catalogue.rendering import statements
from oncorules.rules.catalogue.words.formula_words import Said, condition_words
from oncorules.rules.catalogue.words.pack_steps import pack_steps
from oncorules.rules.catalogue.words.steps import Step, missing_words, steps_of
from oncorules.rules.catalogue.words.table_steps import grade_steps, table_steps
from oncorules.rules.catalogue.words.vocabulary import Names
from oncorules.rules.language.clauses import own_words
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.model import Example, Grading, Selection, Table
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.parameters import ParameterValue, Resolved, resolve_parameters
from oncorules.rules.session import model_of

DIGEST_LENGTH = 16
_UNKNOWN = (
    "Where a value that decides, or that says whether the rule looks at the row, is missing or "
    "known too imprecisely, the row is not evaluable."
)
_LEFT = {
    "leave out": "a subject for whom a step is not evaluable is left out",
    "keep": "a subject for whom a step is not evaluable stays",
    "stop": "a step that is not evaluable stops the selection",
}


@dataclass(frozen=True)
class OnTable:
    """A rule on one of its tables: which rows it looks at, and what it asks of them."""

    table: str
    scope: Said | None
    condition: Said
    formula: str
    scope_formula: str


@dataclass(frozen=True)
class Chapter:
    """One rule or derived table.

    Attributes:
        subject: what it is about.
        kind: check, inclusion criterion ...; derived table, grading or selection.
        severity: error, warning or notice; empty for a table.
        tables: the rule on each of its tables; empty for a table.
        unknown: what holds where values are missing.
        message: as it reads on the first of its tables; so do the steps.
        steps: its other parts in words.
        examples: with what comes out.
        sql: the statement that it becomes.
        digest: changes when anything that the book says of it changes, but for its place.
    """

    subject: Subject
    kind: str
    severity: str
    title: str
    version: str
    source: str
    tables: tuple[OnTable, ...]
    unknown: tuple[str, ...]
    message: str
    steps: tuple[Step, ...]
    parameters: tuple[ParameterValue, ...]
    examples: tuple[Example, ...]
    sql: str
    digest: str

    @property
    def id(self) -> str:
        """The id of the rule, or the name of the table."""
        return self.subject.id

    @property
    def pack(self) -> str:
        """The id of the loaded pack that brings it."""
        return self.subject.pack.id

    @property
    def address(self) -> str:
        """The name that is unique in the book: `PACK:ID`."""
        return f"{self.pack}:{self.id}"

    @property
    def place(self) -> str:
        """Where it stands: `file:line:column`."""
        return self.subject.place


@dataclass(frozen=True)
class Contents:
    """All chapters of a book, and what it was made with."""

    packs: tuple[LoadedPack, ...]
    chapters: tuple[Chapter, ...]
    parameters: Resolved
    study: str
    preset: str
    settings: Mapping[str, Any]


def read_contents(
    packs: PackNames = (),
    *,
    study: str | Path | None = None,
    preset: str | None = None,
    settings: Mapping[str, Any] | None = None,
    with_sql: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> Contents:
    """Return the rules and derived tables of packs as chapters.

    Args:
        packs: ids of shipped packs, or paths of packs and rule files; every shipped one if empty.
        study: a study pack; it comes first.
        preset: a named set of parameter values.
        settings: parameter values by address.
        with_sql: write the statement of each; it takes most of the time.
        progress: is told which pack begins, and how many of all are done.

    Raises:
        CallError: there is no such pack, preset or parameter.
        RuleError: a rule file cannot be used.
    """
    loaded = packs_to_look_in(packs, study, examples=True)
    parameters = resolve_parameters(loaded, preset, dict(settings or {}))
    names = Names(loaded, model_of(loaded), parameters)
    subjects = list(all_subjects(loaded))
    sql = iter(statements(subjects, loaded, parameters)) if with_sql else iter([""] * len(subjects))
    chapters = []
    for number, pack in enumerate(loaded):
        if progress is not None:
            progress(f"writing {pack.id}", number, len(loaded))
        own = [one for one in subjects if one.pack is pack]
        chapters += [_chapter(one, names, parameters, next(sql)) for one in own]
    asked = dict(settings or {})
    return Contents(
        tuple(loaded), tuple(chapters), parameters, str(study or ""), preset or "", asked
    )


def _chapter(subject: Subject, names: Names, parameters: Resolved, sql: str) -> Chapter:
    part = subject.rules[0].rule if subject.rules else subject.table
    assert part is not None
    pack = subject.pack
    used = tuple(used_parameters(pack, subject.id, part, parameters))
    version = pack.version_of(subject.section, subject.id)
    examples: tuple[Example, ...] = ()
    if subject.rules:
        rule = subject.rules[0].rule
        version, examples = rule.version or version, rule.examples
        kind = f"{rule.criterion} criterion" if rule.criterion else rule.kind
        words = names.of_rule(rule, subject.rules[0].table, pack)
        steps = [*steps_of(rule, words), *pack_steps(rule, pack, words)]
        unknown = (*_missing(subject, names), _UNKNOWN)
    else:
        kind, steps, unknown = _table_kind(subject), list(_table_steps(subject, names)), ()
        examples = tuple(_examples(part))
    chapter = Chapter(
        subject=subject,
        kind=kind,
        severity=subject.rules[0].rule.severity if subject.rules else "",
        title=part.title or "",
        version=version,
        source=source_text(part.source) if part.source is not None else "",
        tables=tuple(_on_tables(subject, names)),
        unknown=unknown,
        message=(subject.rules[0].rule.message or "") if subject.rules else "",
        steps=tuple(steps),
        parameters=used,
        examples=examples,
        sql=sql,
        digest="",
    )
    return replace(chapter, digest=_digest(chapter))


def _on_tables(subject: Subject, names: Names) -> Iterator[OnTable]:
    for one in subject.rules:
        words = names.of_rule(one.rule, one.table, subject.pack)
        where = one.rule.applies_to.where
        yield OnTable(
            one.table,
            condition_words(where, words) if where is not None else None,
            condition_words(one.rule.condition, words),
            own_words(one.rule.condition),
            own_words(where) if where is not None else "",
        )


def _missing(subject: Subject, names: Names) -> list[str]:
    """Return what `if_missing` says on each table, each sentence once."""
    told = [
        sentence
        for one in subject.rules
        for sentence in missing_words(
            one.rule.if_missing, names.of_rule(one.rule, one.table, subject.pack)
        )
    ]
    return list(dict.fromkeys(told))


def _table_kind(subject: Subject) -> str:
    return "derived table" if subject.section == "tables" else subject.section.removesuffix("s")


def _table_steps(subject: Subject, names: Names) -> Iterator[Step]:
    part = subject.table
    if isinstance(part, Selection):
        yield Step("rows", f"those of {part.of}; {_LEFT[part.if_not_evaluable]}")
        rows = tuple((str(number), step) for number, step in enumerate(part.steps, 1))
        yield Step("steps", "a subject leaves at the first that it fails", ("step", "rule"), rows)
        return
    assert part is not None
    words = names.of_table(subject.id, part, subject.pack)
    yield from table_steps(part, words)
    yield from steps_of(part, words)
    if isinstance(part, Grading):
        yield from grade_steps(part, words)
    yield from pack_steps(part, subject.pack, words)


def _examples(part: object) -> Iterator[Example]:
    """Go through the examples of a table; those of a grading are called like their term."""
    if isinstance(part, Table):
        yield from part.examples
    if isinstance(part, Grading):
        for term in part.terms:
            for example in term.examples:
                title = f"{term.label}: {example.title}" if example.title else term.label
                yield example.model_copy(update={"title": title})


def example_rows(examples: Iterable[Example]) -> Iterator[tuple[str, str, str]]:
    """Go through examples as title, what is given and what is expected.

    The short form gives one line per row; the long form one line, with its tables drawn as text.
    """
    for example in examples:
        title = example.title or ""
        chosen = [f"{name} = {scalar_text(value)}" for name, value in example.with_.items()]
        with_ = f"with {', '.join(chosen)}" if chosen else ""
        if example.grid is not None:
            columns = example.grid.columns
            for row in example.grid.rows:
                told = [
                    f"{name} = {scalar_text(cell)}"
                    for name, cell in zip(columns, row, strict=True)
                    if name != "expect"
                ]
                answer = [c for name, c in zip(columns, row, strict=True) if name == "expect"]
                given = ", ".join(filter(None, [*told, with_]))
                yield title, given, ", ".join(str(scalar_text(cell)) for cell in answer)
            continue
        tables = [
            f"{name}\n{_drawn(grid.columns, grid.rows)}" for name, grid in example.given.items()
        ]
        expect = example.expect
        if expect is None:
            out = "as the column expect of its tables says"
        elif isinstance(expect, dict):
            out = "\n".join(f"{name} = {scalar_text(value)}" for name, value in expect.items())
        else:
            out = _drawn(expect.columns, expect.rows)
        yield title, "\n".join(filter(None, [*tables, with_])), out


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [list(columns), *([str(scalar_text(cell)) for cell in row] for row in rows)]
    return "\n".join(" | ".join(line) for line in lines)


def _digest(one: Chapter) -> str:
    entry = one.subject.pack.entries.get((one.subject.section, one.id))
    values = [
        (value.address, scalar_text(value.value), value.unit, value.declared.model_dump_json())
        for value in one.parameters
    ]
    words = [one.tables, one.unknown, one.steps]
    said = [one.subject.section, one.id, entry.data if entry is not None else None, values, words]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
