"""Who left a selection at which criterion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from oncorules.errors import CallError, did_you_mean
from oncorules.rules.deriving.derived import DeriveResult


@dataclass(frozen=True)
class Left:
    """A criterion, and how many left at it.

    Attributes:
        criterion: its id.
        title: in words.
        subjects: who left there.
        undecided: who stayed although it could not be decided.
    """

    criterion: str
    title: str
    subjects: int
    undecided: int


@dataclass(frozen=True)
class Selected:
    """The flow of a selection.

    Attributes:
        total: before the first criterion.
        steps: in the order in which they are applied.
        kept: after the last one.
    """

    total: int
    steps: tuple[Left, ...]
    kept: int


def read_selections(result: DeriveResult, names: Collection[str]) -> dict[str, Selected]:
    """Return the flow of selections, by name.

    Args:
        result: what was derived; the first pack makes the selections and publishes them.
        names: of the selections.

    Raises:
        CallError: there is no such selection, or it is not published.
    """
    pack = result.session.packs[0]
    published = {entry.from_: name for name, entry in pack.publish.items()}
    found = {}
    for name in sorted(names):
        if name not in pack.selections:
            near = did_you_mean(name, pack.selections)
            raise CallError(f'the pack {pack.id} has no selection "{name}"{near}')
        if name not in published:
            raise CallError(f"the pack {pack.id} does not publish the selection {name}; add it")
        rows = result.table(published[name]).to_pylist()
        failed = Counter(row["FAILED"] for row in rows if not row["SELECTED"])
        steps = []
        for number, id in enumerate(pack.selections[name].steps, 1):
            undecided = sum(
                row[f"STEP{number}"] == "not evaluable"
                and (row["STEP"] is None or row["STEP"] > number)
                for row in rows
            )
            steps.append(Left(id, pack.rules[id].title, failed[id], undecided))
        kept = sum(bool(row["SELECTED"]) for row in rows)
        found[name] = Selected(len(rows), tuple(steps), kept)
    return found
