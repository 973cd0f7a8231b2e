"""Every small edit of the rules of some packs, and which of them no example notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.compared import compared_columns
from oncorules.rules.examples.readers import Readers
from oncorules.rules.examples.runner import Progress, chosen, load_with_examples, pack_groups
from oncorules.rules.examples.subject import Subject, subjects_of
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.mutating.catching import Catch, Search, find_catches
from oncorules.rules.mutating.cohort import Changed, rows_changed
from oncorules.rules.mutating.edit import Edit
from oncorules.rules.mutating.edits import edits_of
from oncorules.rules.mutating.proof import Prover
from oncorules.rules.mutating.table_catching import find_table_catches
from oncorules.rules.mutating.trial import try_edits
from oncorules.rules.session import Paths, Session, open_session

EQUIVALENT = "equivalent"
SURVIVED = "survived"
SOLVED = "solved"


@dataclass(frozen=True)
class Survivor:
    """An edit that no example notices.

    Attributes:
        subject: the rule, derived table or term.
        edit: the edit.
        equivalent: a solver proved that no row tells the edit from the rule.
        rows: how many rows beside the examples were tried to tell them apart.
        catch: an example that would notice the edit, where one was found.
        changed: how many rows of the export get another answer; None without an export, or where
            the rule cannot be asked of it.
    """

    subject: Subject
    edit: Edit
    equivalent: bool
    rows: int = 0
    catch: Catch | None = None
    changed: Changed | None = None

    @property
    def known(self) -> str:
        """How the verdict is known."""
        if self.equivalent:
            return SOLVED
        if self.catch is not None:
            return "an example would notice it"
        return f"equal on {self.rows:,} sampled rows" if self.rows else "no row was sampled"


@dataclass
class Score:
    """What became of the edits of one pack.

    Attributes:
        pack: its id.
        rules: how many of its rules, derived tables and terms were edited.
        noticed: edits for which an example gets another answer.
        refused: edits that the language refuses; they are not counted, for nobody could load them.
        survivors: edits that no example notices.
    """

    pack: str
    rules: int = 0
    noticed: int = 0
    refused: int = 0
    survivors: list[Survivor] = field(default_factory=list)

    @property
    def equivalent(self) -> int:
        """How many survivors were proved to change nothing."""
        return sum(one.equivalent for one in self.survivors)

    @property
    def survived(self) -> int:
        """How many survivors may change an answer."""
        return len(self.survivors) - self.equivalent

    @property
    def percent(self) -> float:
        """The share of edits that were noticed, of those that are not proved equivalent."""
        counted = self.noticed + self.survived
        return 100 * self.noticed / counted if counted else 100.0


def mutate(
    packs: Sequence[str | Path | LoadedPack] = (),
    *,
    rules: Iterable[str] = (),
    exclude: Iterable[str] = (),
    export: Paths | None = None,
    progress: Progress | None = None,
) -> list[Score]:
    """Return what the examples of packs say of every small edit of their rules, pack by pack.

    Args:
        packs: ids of shipped packs, paths, or packs loaded with their examples; every shipped
            pack when there is none.
        rules: ids of rules and names of tables to edit; all when empty.
        exclude: ids and names to leave out.
        export: an export on which to count the rows that each survivor changes.
        progress: called with what is edited, how many are done, and of how many.

    Raises:
        CallError: there is no such pack, rule or table.
        RuleError: a formula does not fit the tables, or an example fails as it is.
        DataError: the export cannot be read.
    """
    from oncorules.engine.duckdb import Engine

    found: list[Score] = []
    for group in pack_groups(packs, {*rules, *exclude}):
        loaded = load_with_examples(group)
        todo = list(chosen(subjects_of(loaded), rules, exclude))
        todo = [subject for subject in todo if rules or not subject.inherited]
        scores = {pack.id: Score(pack.id) for pack in loaded}
        with Engine(jobs=1) as engine:
            run = _Run(Bench(engine, loaded))
            for number, subject in enumerate(todo):
                if progress is not None:
                    progress(subject.name, number, len(todo))
                run.add(subject, scores[subject.pack.id])
        if export is not None:
            with open_session(export, loaded) as session:
                for score in scores.values():
                    score.survivors = list(_counted(session, score.survivors))
        found += scores.values()
    return found


class _Run:
    """The edits of one group of packs, tried on one engine."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._readers = Readers(bench)
        self._compared = compared_columns(bench.packs)
        self._prover = Prover(bench)

    def add(self, subject: Subject, score: Score) -> None:
        """Add what became of the edits of one rule, table or term to the score of its pack."""
        pack = subject.pack
        seen = self._bench.defaults.of(pack.id, subject.owner)
        others = self._compared[pack.id, subject.name] if subject.table is not None else ()
        trial = try_edits(subject, edits_of(subject, seen, pack.schedules, others), self._readers)
        score.rules += 1
        score.noticed += len(trial.noticed)
        score.refused += len(trial.refused)
        score.survivors += self._survivors(subject, trial.survivors)

    def _survivors(self, subject: Subject, edits: Sequence[Edit]) -> Iterator[Survivor]:
        same = [self._prover.same(subject, edit) for edit in edits]
        left = [edit for edit, equal in zip(edits, same, strict=True) if not equal]
        search = self._search(subject, left)
        number = 0
        for edit, equal in zip(edits, same, strict=True):
            if equal:
                yield Survivor(subject, edit, True)
                continue
            yield Survivor(subject, edit, False, search.rows, search.caught.get(number))
            number += 1

    def _search(self, subject: Subject, edits: Sequence[Edit]) -> Search:
        """Return examples that notice the edits: short ones first, then long ones."""
        short = Search(0, {})
        if subject.table is None:
            short = find_catches(self._bench, subject, edits)
        if subject.graded is not None or len(short.caught) == len(edits):
            return short
        long = find_table_catches(self._bench, subject, edits)
        return Search(short.rows + long.rows, {**long.caught, **short.caught})


def _counted(session: Session, survivors: Iterable[Survivor]) -> Iterator[Survivor]:
    for one in survivors:
        yield replace(one, changed=rows_changed(session, one.subject, one.edit))
