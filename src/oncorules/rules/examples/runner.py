"""The examples of rules and derived tables, run as little exports through the real compiler."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from oncorules.errors import CallError, did_you_mean
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.subject import Subject
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.loader import load_pack, shipped_packs

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Failure:
    """An example whose answer is not the one it expects."""

    place: str
    rule_id: str
    expected: str
    found: str

    def __str__(self) -> str:
        """Return the line that a rule author sees."""
        return f"{self.place}: {self.rule_id}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class ExampleRun:
    """What became of the examples of some packs.

    Attributes:
        count: how many answers were compared.
        rules: how many rules and derived tables have examples.
        failures: the answers that differ.
        without: rules and tables that have no example.
    """

    count: int
    rules: int
    failures: tuple[Failure, ...]
    without: tuple[str, ...] = ()


def run_examples(
    packs: Sequence[str | Path | LoadedPack] = (),
    *,
    rules: Iterable[str] = (),
    exclude: Iterable[str] = (),
    progress: Progress | None = None,
) -> ExampleRun:
    """Run the examples of packs and compare every answer.

    Args:
        packs: ids of shipped packs, paths, or packs loaded with their examples; every shipped
            pack when there is none.
        rules: ids of rules and names of tables to take; all when empty.
        exclude: ids and names to leave out.
        progress: called with what is run, how many are done, and of how many.

    Raises:
        CallError: there is no such pack, rule or table.
        RuleError: a formula or an example does not fit the tables.
    """
    from oncorules.engine.duckdb import Engine

    groups = pack_groups(packs, {*rules, *exclude})
    if len(groups) > 1:
        runs = [
            run_examples(group, rules=rules, exclude=exclude, progress=progress) for group in groups
        ]
        return ExampleRun(
            sum(run.count for run in runs),
            sum(run.rules for run in runs),
            tuple(failure for run in runs for failure in run.failures),
            tuple(name for run in runs for name in run.without),
        )
    loaded = load_with_examples(groups[0])
    count, tested = 0, 0
    failures: list[Failure] = []
    without: list[str] = []
    with Engine(jobs=1) as engine:
        bench = Bench(engine, loaded)
        todo = list(chosen(bench.subjects(), rules, exclude))
        for number, item in enumerate(todo):
            if progress is not None:
                progress(item.name, number, len(todo))
            elsewhere = item.inherited and not rules
            if elsewhere or not item.examples:
                if not elsewhere:
                    without.append(item.name)
                bench.check(item)
                continue
            tested += 1
            for answer in bench.answers(item):
                count += 1
                if not answer.right:
                    failures.append(Failure(answer.place, item.name, answer.expected, answer.found))
    return ExampleRun(count, tested, tuple(failures), tuple(without))


def load_with_examples(packs: Sequence[str | Path | LoadedPack]) -> list[LoadedPack]:
    """Return packs with their examples.

    Raises:
        CallError: there is no such pack, or one is named twice.
    """
    from oncorules.rules.session import load_packs

    return load_packs(packs, examples=True)


def pack_groups(
    packs: Sequence[str | Path | LoadedPack], names: Collection[str]
) -> list[Sequence[str | Path | LoadedPack]]:
    """Return the packs that are tried together: those named, else each shipped one for itself.

    Args:
        packs: packs that were named.
        names: rules and tables that were named; shipped packs without any of them are left out,
            unless none has one.
    """
    if packs:
        return [packs]
    shipped = list(shipped_packs())
    fitting = [name for name in shipped if not names or set(names) & _names_of(name)]
    return [[name] for name in fitting or shipped[:1]]


def _names_of(pack: str) -> set[str]:
    loaded = load_pack(pack, examples=False)
    terms = {f"{name}.{term.label}" for name, one in loaded.gradings.items() for term in one.terms}
    return {*loaded.rules, *loaded.derived_names, *terms}


def chosen(
    subjects: Iterable[Subject], rules: Iterable[str], exclude: Iterable[str]
) -> Iterator[Subject]:
    """Go through the rules and tables that were asked for; a grading stands for all its terms.

    Raises:
        CallError: a name that no rule or table has.
    """
    listed = list(subjects)
    known = {name for item in listed for name in (item.name, item.owner)}
    only, out = set(rules), set(exclude)
    for name in sorted(only | out):
        if name not in known:
            near = did_you_mean(name, known)
            raise CallError(f'there is no rule or table "{name}" in these packs{near}')
    for item in listed:
        named = {item.name, item.owner}
        if (not only or named & only) and not named & out:
            yield item
