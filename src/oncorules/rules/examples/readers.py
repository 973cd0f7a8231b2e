"""The stored examples of some packs: those of a rule, and those that read a derived table."""

from __future__ import annotations

from oncorules.rules.compiler.reach import find_reached, sources
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.stage import Stage
from oncorules.rules.examples.subject import Subject
from oncorules.rules.examples.table_stage import Watched, watch


class Readers:
    """Examples stay stored once they were asked for, since several derived tables may need them."""

    def __init__(self, bench: Bench) -> None:
        """Take the bench on which the examples are stored."""
        self._bench = bench
        self._subjects = list(bench.subjects())
        self._stages: dict[tuple[str, str], list[Stage]] = {}
        self._watched: dict[int, Watched] = {}

    def stages(self, subject: Subject) -> list[Stage]:
        """Return the stored examples of a rule, table or term."""
        label = (subject.pack.id, subject.name)
        if label not in self._stages:
            self._stages[label] = self._bench.stages(subject)
        return self._stages[label]

    def watching(self, subject: Subject) -> list[Watched]:
        """Return the stages that read a derived table from given ones; its own come first."""
        label = (subject.pack.id, subject.name)
        found = []
        for other in sorted(self._subjects, key=lambda one: one.name != subject.name):
            own = {other.name} if other.table is not None else set()
            names = sources(other.item) | own
            reads = find_reached(names, other.pack.id, self._bench.packs, ())
            if not other.examples or label not in reads.derived:
                continue
            for stage in self.stages(other):
                if id(stage) not in self._watched:
                    self._watched[id(stage)] = watch(stage)
                watched = self._watched[id(stage)]
                if watched.right and label in stage.workspace.derived:
                    found.append(watched)
        return found
