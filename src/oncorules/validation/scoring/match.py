"""Which defect a finding answers.

A finding answers a defect of its subject when the answer key names its rule for that defect, or
else when it is about the very row that holds the defect.
"""

from __future__ import annotations

from collections.abc import Iterable

from oncorules.validation.scoring.read import Defect, Found


class Defects:
    """The defects of an answer key by subject."""

    def __init__(self, defects: Iterable[Defect]) -> None:
        self._of: dict[str, list[Defect]] = {}
        for defect in defects:
            self._of.setdefault(defect.subject, []).append(defect)

    def answered_by(self, finding: Found) -> Defect | None:
        """Return the defect that a finding answers, None when it answers none.

        Of several that name its rule, the one in its row; a key of our own has one at most.
        """
        candidates = self._of.get(finding.subject, [])
        in_row = [defect for defect in candidates if _is_row(defect, finding)]
        named = [one for one in candidates if finding.rule in (*one.rules, *one.also)]
        both = [defect for defect in named if defect in in_row]
        return next(iter([*both, *named, *in_row]), None)


def _is_row(defect: Defect, finding: Found) -> bool:
    """Tell whether a finding is about the row of a defect."""
    if defect.table != finding.table:
        return False
    return all(finding.key.get(name) == value for name, value in defect.key.items())
