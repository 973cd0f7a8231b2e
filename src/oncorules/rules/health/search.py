"""Questions to the solver: whether any row is possible for which something holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import z3

from oncorules.rules.health import solved
from oncorules.rules.health.encode import Formulas
from oncorules.rules.health.encoder import Encoder
from oncorules.rules.health.solved import Solver, Truth
from oncorules.rules.health.space import Space
from oncorules.rules.language.clauses import Clause, take_apart
from oncorules.rules.language.formula import offset_of

TIMEOUT = 500  # milliseconds for one question; nearly all take less than one


class Search:
    """One solver with the values of one encoder."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the values; what is true of them is known to the solver before each question."""
        self.encoder = encoder
        self._solver = z3.SimpleSolver()
        self._solver.set("timeout", TIMEOUT)
        self._told = 0

    def formulas(self, space: Space) -> Formulas:
        """Return a reader of the formulas of one place."""
        return Formulas(self.encoder, space)

    def excluded(self, *conditions: Solver) -> bool:
        """Tell whether surely no row fulfils all conditions; a question too hard is answered no."""
        return bool(self._asked(conditions) == z3.unsat)

    def possible(self, *conditions: Solver) -> bool:
        """Tell whether the solver finds a row that fulfils all conditions."""
        return bool(self._asked(conditions) == z3.sat)

    def _asked(self, conditions: Collection[Solver]) -> object:
        self._solver.add(*self.encoder.facts[self._told :])
        self._told = len(self.encoder.facts)
        self._solver.push()
        self._solver.add(*conditions)
        answer = self._solver.check()
        self._solver.pop()
        return answer


def differ(one: Truth, other: Truth) -> Solver:
    """Return when two conditions have different answers."""
    return z3.Or(one.true != other.true, one.false != other.false)


def redundant_clauses(
    search: Search, formulas: Formulas, text: str, among: Solver
) -> Iterator[Clause]:
    """Go through the clauses of a condition without which every answer is the same.

    Of two that say the same the later one is found; each is tried without those found before.

    Args:
        search: the solver.
        formulas: reads the condition.
        text: the condition as written.
        among: the rows for which it is asked.
    """
    whole = take_apart(text)
    leaves = {id(leaf): formulas.truth(leaf.node) for leaf in whole.leaves()}
    gone: set[int] = set()

    def truth(clause: Clause) -> Truth:
        if not clause.parts:
            return leaves[id(clause)]
        if clause.text == "not":
            return solved.opposite(truth(clause.parts[0]))
        join = solved.both if clause.text == "and" else solved.either
        return join(*(truth(part) for part in clause.parts if id(part) not in gone))

    written = truth(whole)

    def within(clause: Clause) -> Iterator[Clause]:
        for part in reversed(clause.parts):
            left = [one for one in clause.parts if id(one) not in gone]
            if clause.text != "not" and len(left) > 1:
                gone.add(id(part))
                if search.excluded(among, differ(written, truth(whole))):
                    yield part
                    continue
                gone.discard(id(part))
            yield from within(part)

    yield from within(whole)


def words_of(clause: Clause) -> str:
    """Return a clause in the words of the rule file, on one line."""
    if not clause.parts:
        return clause.text
    inner = [
        f"({words_of(part)})" if len(part.parts) > 1 else words_of(part) for part in clause.parts
    ]
    return f"not {inner[0]}" if clause.text == "not" else f" {clause.text} ".join(inner)


def place_in(clause: Clause) -> int:
    """Return the character of the condition at which a clause begins."""
    return offset_of(clause.node)
