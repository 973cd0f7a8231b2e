"""A grading with its inside kept, for whoever asks line by line why a row has its grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from oncorules.rules.compiler.relation import FILE, ROW, Relation, column
from oncorules.rules.compiler.steps import Steps
from oncorules.rules.grading.gradings import Find, rows_to_grade, terms_to_grade
from oncorules.rules.grading.joins import Joins
from oncorules.rules.grading.rows import GradeRows
from oncorules.rules.grading.sides import Side
from oncorules.rules.grading.terms import Terms
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.language.scope import Scope
from oncorules.rules.language.values import Value
from oncorules.rules.loading.model import THIS_TABLE, Column, Grading

_FILE, _ROW = "source_file_of_row", "source_row_of_file"


@dataclass(frozen=True)
class OpenGrading:
    """A grading that is compiled and not yet closed: its last step has all that was computed.

    Attributes:
        grading: the entry as written.
        steps: the query so far.
        here: the rows, with the columns of the grading.
        reads: what the terms read by the names of `reads`.
        terms: the terms with their formulas.
        groups: the groups of measured values whose unit is known by number.
        scopes: for each side the names of its lines.
        graded: the columns that the grading makes.
        looked_up: for each look-up the columns of the row found: those of its key, file and row.
    """

    grading: Grading
    steps: Steps
    here: Relation
    reads: Mapping[str, Value]
    terms: Terms
    groups: tuple[str, ...]
    scopes: Mapping[Side, Scope]
    graded: Mapping[str, Value]
    looked_up: Mapping[str, Mapping[str, Value]]

    @property
    def names(self) -> dict[str, Value]:
        """Everything that a line can read but limits and parameters."""
        return {**self.here.columns, **self.reads}


@dataclass(frozen=True)
class _OpenRows(GradeRows):
    scopes: dict[Side, Scope] = field(default_factory=dict)
    joined: list[Joins] = field(default_factory=list)

    def _scopes(self, joins: Joins) -> dict[Side, Scope]:
        found = super()._scopes(joins)
        self.scopes.update(found)
        self.joined.append(joins)
        return found


def open_grading(grading: Grading, find: Find, scope: Scope) -> OpenGrading:
    """Return a grading compiled as `compile_grading` does it, with everything in reach.

    Args:
        grading: the entry as written.
        find: returns the tables it reads.
        scope: parameters, ranked codes and schedules.

    Raises:
        FormulaError: a formula does not fit; `path` tells which one of the entry.
    """
    asked, places = _with_places(grading, find)
    steps, here, reads = rows_to_grade(asked, lambda name: _with_rows(find(name)), scope)
    terms = terms_to_grade(asked, here, reads, scope)
    names = {**here.columns, **reads}
    rows = _OpenRows(steps, names, terms, scope, grading.converted)
    graded = rows.graded()
    found = {
        alias: {name: here.columns[label] for name, label in labels.items()}
        for alias, labels in places.items()
    }
    units = rows.joined[0].groups
    return OpenGrading(grading, steps, here, reads, terms, units, rows.scopes, graded, found)


def _with_rows(relation: Relation) -> Relation:
    """Return a table whose file and row can be looked up like its columns."""
    if not relation.has_rows:
        return relation
    places = {_FILE: Value("integer", column(FILE)), _ROW: Value("integer", column(ROW))}
    return replace(relation, columns={**relation.columns, **places})


def _with_places(grading: Grading, find: Find) -> tuple[Grading, dict[str, dict[str, str]]]:
    """Return the grading with columns that say which row each look-up found, and their names."""
    added: dict[str, Column] = {}
    labels: dict[str, dict[str, str]] = {}
    for alias, lookup in grading.lookups.items():
        try:
            there = _with_rows(find(grading.of if lookup.from_ == THIS_TABLE else lookup.from_))
        except FormulaError:
            continue  # told with its place when the grading is compiled
        labels[alias] = {}
        places = {FILE: _FILE, ROW: _ROW} if there.has_rows else {}
        for name, read in {**{key: key for key in there.key}, **places}.items():
            label = f"row_that_{alias}_found_{read}"
            labels[alias][name] = label
            added[label] = Column(value=f"{alias}.{read}")
    return grading.model_copy(update={"columns": {**grading.columns, **added}}), labels
