"""Which tables of the export an analysis needs and does not find.

A derived table without the rows that it is made of is empty, and a column whose only source is not
there is missing in every row. Counted as they are, both would say 0 where nobody knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from oncorules.analysis.plan.model import (
    Analysis,
    Comparison,
    Correlation,
    Count,
    LogRank,
    Paired,
    Plan,
    Regression,
    Spread,
    Survival,
)
from oncorules.analysis.plan.outcome import Outcome
from oncorules.analysis.plan.rows import Rows
from oncorules.errors import DataError
from oncorules.rules.compiler.reach import owner_of
from oncorules.rules.deriving.as_tables import table_behind
from oncorules.rules.deriving.reading import Reading
from oncorules.rules.session import Session


class Needed:
    """Answers for the tables of one export; what was asked once is remembered."""

    def __init__(self, session: Session) -> None:
        self._packs, self._model = session.packs, session.workspace.model
        self._present = set(session.workspace.present)
        self._read: dict[tuple[str, str, str], set[str]] = {}

    def outcome(self, found: Outcome, analysis: Analysis) -> Outcome:
        """Return what an analysis gave, or why the export is not enough for it.

        A table that is one of several sources, or that only some trials have, keeps nothing from
        being computed; where nothing was, it is named.
        """
        why = self._why_not(analysis)
        if why:
            return Outcome(found.name, reason=why)
        missing = self._missing_at_all(analysis) if found.reason else ()
        if not missing:
            return found
        return replace(found, reason=f"{found.reason}; the export has no {_tables(missing)}")

    def _why_not(self, analysis: Analysis) -> str:
        for name, columns in _read_by(analysis):
            missing = self.missing_rows(name)
            if missing:
                return f"the export has no {_tables(missing)}, of which {name} is made"
            for column in columns:
                missing = self._missing_for(name, column)
                if missing:
                    return f"the export has no {_tables(missing)}, which {column} is read of"
        return ""

    def _missing_at_all(self, analysis: Analysis) -> set[str]:
        """Return the tables that are not there, of all that an analysis reads."""
        found: set[str] = set()
        for name, columns in _read_by(analysis):
            for column in columns:
                found |= self._follow(*self._source(name), column)
        return found - self._present

    def missing_rows(self, name: str) -> set[str]:
        """Return the tables that are not there, and without which a published table has no row."""
        source, pack = self._source(name)
        return self._rows(source, pack, ())

    def refuse_unrelated(self, plan: Plan, study: str) -> None:
        """Raise DataError when no table of a plan could have a row."""
        missing = [self.missing_rows(name) for name in plan.derived_tables]
        if missing and all(missing):
            raise DataError(
                f"the export has none of the tables that the study {study} starts from, "
                f"{_listed(set().union(*missing))}; it has {_listed(self._present)}"
            )

    def _source(self, name: str) -> tuple[str, str]:
        """Return the derived table behind a published one, and the id of its pack."""
        for pack in self._packs:
            if name in pack.publish:
                return pack.publish[name].from_, pack.id
        return name, ""

    def _rows(self, name: str, pack: str, above: tuple[str, ...]) -> set[str]:
        owner = None if name in above else owner_of(name, pack, self._packs)
        table = None if owner is None else table_behind(owner, name)
        if owner is None or table is None:
            return set() if name in self._present or self._model.table(name) is None else {name}
        sources = [*filter(None, [table.from_]), *(table.rows_of or ())]
        sources += [part.from_ for part in table.stack or ()]
        found = [self._rows(source, owner.id, (*above, name)) for source in sources]
        return set().union(*found) if all(found) else set()

    def _missing_for(self, name: str, column: str) -> set[str]:
        """Return the tables that a column alone is read of, when none of them is there."""
        source, pack = self._source(name)
        own = self._follow(source, pack, column) - self._follow(source, pack, "")
        return own if own.isdisjoint(self._present) else set()

    def _follow(self, name: str, pack: str, column: str) -> set[str]:
        """Return the tables of the export behind a column; without one, behind the rows."""
        if (name, pack, column) not in self._read:
            reading = Reading(self._packs, self._model)
            reading.follow(name, pack, (column,) if column else ())
            known = {one for one in reading.found if self._model.table(one) is not None}
            self._read[name, pack, column] = known
        return self._read[name, pack, column]


def _read_by(analysis: Analysis) -> Iterator[tuple[str, Iterable[str]]]:
    """Go through the tables that an analysis reads, with the columns it reads of each."""
    times = ("AVAL", "CNSR")
    for kind in type(analysis).model_fields:
        match getattr(analysis, kind):
            case LogRank(between=groups) if groups:
                for rows in groups.values():
                    yield rows.of, (*rows.where, *times)
            case LogRank(of=of, by=by, where=where) if of and by:
                yield of, (*where, by, *times)
            case Survival() as part:
                yield part.of, (*part.where, *times)
            case Regression() as part:
                yield part.of, (*part.where, *part.covariates, *times)
            case Rows() as part:
                yield part.of, (*part.where, *_columns(part))


def _columns(part: Rows) -> tuple[str, ...]:
    match part:
        case Count():
            return tuple(part.having)
        case Spread():
            return (part.column,)
        case Comparison():
            return (part.rows, part.columns)
        case Paired() | Correlation():
            return part.columns
    return ()


def _tables(names: Collection[str]) -> str:
    return f"table{'' if len(names) == 1 else 's'} {_listed(names)}"


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
