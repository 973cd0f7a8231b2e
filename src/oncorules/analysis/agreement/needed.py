"""Which tables of the export an analysis needs and does not find.

A derived table without the rows that it is made of is empty, and a column that reads what is not
there is missing or another one. Counted as they are, both would say a number where nobody knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from oncorules.analysis.agreement.lineage import Lineage, Values
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
from oncorules.rules.session import Session


class Needed:
    """Answers for the analyses of one export."""

    def __init__(self, session: Session) -> None:
        self._lineage = Lineage(session)

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
        for name, columns, where in _read_by(analysis):
            missing = self._lineage.missing_rows(name)
            missing = missing or self._lineage.missing_for(name, "", where)
            if missing:
                return f"the export has no {_tables(missing)}, of which {name} is made"
            for column in columns:
                missing = self._lineage.missing_for(name, column, where)
                if missing:
                    return f"the export has no {_tables(missing)}, which {column} is read of"
        return ""

    def _missing_at_all(self, analysis: Analysis) -> set[str]:
        """Return the tables that are not there, of all that an analysis reads."""
        return {
            table
            for name, columns, _ in _read_by(analysis)
            for column in columns
            for table in self._lineage.missing_at_all(name, column)
        }

    def refuse_unrelated(self, plan: Plan, study: str) -> None:
        """Raise DataError when no table of a plan could have a row."""
        missing = [self._lineage.missing_rows(name) for name in plan.derived_tables]
        if missing and all(missing):
            raise DataError(
                f"the export has none of the tables that the study {study} starts from, "
                f"{_listed(set().union(*missing))}; it has {_listed(self._lineage.present)}"
            )


def _read_by(analysis: Analysis) -> Iterator[tuple[str, Sequence[str], Values]]:
    """Go through the tables that an analysis reads: columns, and what the rows hold in some."""
    times = ("AVAL", "CNSR")
    for kind in type(analysis).model_fields:
        match getattr(analysis, kind):
            case LogRank(between=groups) if groups:
                for rows in groups.values():
                    yield rows.of, (*rows.where, *times), rows.where
            case LogRank(of=of, by=by, where=where) if of and by:
                yield of, (*where, by, *times), where
            case Survival() as part:
                yield part.of, (*part.where, *times), part.where
            case Regression() as part:
                yield part.of, (*part.where, *part.covariates, *times), part.where
            case Rows() as part:
                yield part.of, (*part.where, *_columns(part)), part.where


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
