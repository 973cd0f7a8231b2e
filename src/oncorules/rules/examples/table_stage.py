"""Derived tables changed on a stage: who reads them, and whether an answer becomes another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from oncorules.errors import OncorulesError
from oncorules.rules.compiler.relation import Relation
from oncorules.rules.examples.stage import Stage
from oncorules.rules.examples.subject import Subject, Variant
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.loading.model import Table
from oncorules.rules.workspace import Workspace

Rows = Counter[tuple[object, ...]]


@dataclass
class Watched:
    """A stage whose answers as written are known.

    Attributes:
        stage: the examples.
        right: whether all answers are those expected; others cannot notice anything.
    """

    stage: Stage
    right: bool
    _rows: dict[tuple[str, str], Rows] = field(default_factory=dict)

    def notices(self, subject: Subject, variant: Variant) -> bool:
        """Tell whether the examples of this stage see a derived table changed, or cannot use it.

        Args:
            subject: the table, which this stage derives.
            variant: the table as changed.
        """
        return self.tried(subject, variant) is not False

    def tried(self, subject: Subject, variant: Variant) -> bool | None:
        """Tell whether an answer becomes another; None for a table that cannot be used so."""
        import duckdb

        stage, pack, name = self.stage, subject.pack, subject.name
        assert isinstance(variant.item, Table)
        changed = replace(pack, tables={**pack.tables, name: variant.item})
        settings = stage.resolved(pack.id, name, variant.settings)
        prefix = stage.bench.next_prefix()
        workspace = stage.workspace.changed(changed, name, settings, prefix)
        try:
            relation = workspace.relation(name, pack.id)
            if _rows(workspace, relation) == self._as_written(pack.id, name):
                return False
            return not all(answer.right for answer in stage.answers(workspace))
        except (OncorulesError, FormulaError, duckdb.Error):
            return None
        finally:
            workspace.drop()

    def _as_written(self, pack: str, name: str) -> Rows:
        label = (pack, name)
        if label not in self._rows:
            workspace = self.stage.workspace
            self._rows[label] = _rows(workspace, workspace.derived[label])
        return self._rows[label]


def watch(stage: Stage) -> Watched:
    """Run the examples of a stage as they are."""
    return Watched(stage, all(answer.right for answer in stage.answers()))


def _rows(workspace: Workspace, relation: Relation) -> Rows:
    from sqlglot import exp

    query = exp.select(exp.Star()).from_(relation.table)
    return Counter(tuple(row) for row in workspace.engine.run(query).fetchall())
