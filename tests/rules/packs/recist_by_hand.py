"""RECIST 1.1 as a plain program: from lesions to the responses at each assessment.

Written from the guideline, one reader and one visit after the other, with whole tenths of a
millimetre; it shares nothing with the pack.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from .recist_subjects import Lesion, Read, Reading

GUIDELINE: dict[str, Any] = {
    "pr_decrease": 30,
    "pd_increase": 20,
    "pd_absolute": 5,
    "normal_node": 10,
    "measurable_lesion": 10,
    "measurable_node": 15,
    "too_small": 5,
    "most_targets": 5,
    "most_per_organ": 2,
    "unfit_targets": "counted",
    "small_lesions": "as measured",
    "missing_target": "not evaluable",
    "pd_reference": "nadir",
    "reappearance": "progression",
    "node_regrowth": "normal",
    "non_target_not_evaluated": "PR",
    "equivocal": "first sight",
    "small_new_node": "equivocal",
    "baseline_visit": "last before first dose",
    "visit_date": "last",
    "nodes_by": "short axis",
}
NO_DISEASE = ("ABSENT", "NON-PATHOLOGICAL")


@dataclass(frozen=True)
class TimePoint:
    """The responses at one assessment, with what decided them; lengths in tenths of a mm."""

    visit: int
    day: int
    target: str
    non_target: str
    new: str
    overall: str
    total: int | None
    baseline: int | None
    nadir: int | None
    complete: bool


class ByHand:
    """What one reader saw of one subject, assessed by hand."""

    def __init__(self, read: Read, how: dict[str, Any]) -> None:
        self.read, self.how = read, how
        self.lesions = {one.link: one for one in read.lesions}
        self.visits = sorted({row.visit for row in read.readings})
        self.rows = {visit: [r for r in read.readings if r.visit == visit] for visit in self.visits}
        self.baseline = self._baseline_visit()
        at_baseline = [one for one in read.lesions if one.visit <= (self.baseline or 0)]
        self.non_targets = [one for one in at_baseline if one.kind == "NON-TARGET"]
        self.targets = self._counted([one for one in at_baseline if one.kind == "TARGET"])
        self.certain = self._certain()

    def _baseline_visit(self) -> int | None:
        if not self.visits:
            return None
        before = [v for v in self.visits if max(row.day for row in self.rows[v]) <= 0]
        if before and self.how["baseline_visit"] == "last before first dose":
            return before[-1]
        return self.visits[0]

    def mm(self, name: str) -> int:
        """A parameter in mm, in tenths."""
        return round(self.how[name] * 10)

    def lesion_of(self, link: str) -> Lesion | None:
        """The lesion to which a row belongs: itself, the whole of a part, the first that merged."""
        return self.lesions.get(link.split("/")[0].split(".")[0])

    def is_node(self, one: Lesion) -> bool:
        return one.node and self.how["nodes_by"] == "short axis"

    def length(self, row: Reading) -> int | None:
        """The length that counts as it was measured."""
        one = self.lesion_of(row.link)
        if row.size is None or one is None or not one.node or self.is_node(one):
            return row.size
        return row.size + 30  # the longest diameter that the export holds beside the short axis

    def size(self, row: Reading) -> int | None:
        """What a row adds to the sum."""
        one, length = self.lesion_of(row.link), self.length(row)
        if length is None:
            return {"ABSENT": 0, "TOO SMALL TO MEASURE": self.mm("too_small")}.get(row.state or "")
        small = length < self.mm("measurable_lesion") and one is not None and not self.is_node(one)
        return 0 if small and self.how["small_lesions"] == "zero" else length

    def _counted(self, targets: list[Lesion]) -> list[Lesion]:
        if self.how["unfit_targets"] == "counted":
            return targets
        sizes = {
            row.link: self.length(row) for row in self.rows.get(self.baseline or 0, ())
        }  # parts and lesions that merged have no size of their own

        def fits(one: Lesion) -> bool:
            size = sizes.get(one.link)
            least = "measurable_node" if self.is_node(one) else "measurable_lesion"
            return size is None or size >= self.mm(least)

        kept: list[Lesion] = []
        for one in sorted(targets, key=lambda one: (-(sizes.get(one.link) or 0), one.link)):
            organs = Counter(other.organ for other in kept)
            if not fits(one) or organs[one.organ] >= self.how["most_per_organ"]:
                continue
            if len(kept) < self.how["most_targets"]:
                kept.append(one)
        return kept

    def counted_rows(self, visit: int) -> list[tuple[Reading, Lesion]]:
        """The rows of targets in the sum at a visit."""
        pairs = [(row, self.lesion_of(row.link)) for row in self.rows.get(visit, ())]
        return [(row, one) for row, one in pairs if one is not None and one in self.targets]

    def total(self, visit: int) -> int | None:
        sizes = [self.size(row) for row, _ in self.counted_rows(visit)]
        known = [size for size in sizes if size is not None]
        return sum(known) if known else None

    def is_complete(self, visit: int) -> bool:
        """Whether every target was measured; of one that came apart all parts seen so far."""
        whole = 0
        parts: Counter[str] = Counter()
        for row, one in self.counted_rows(visit):
            if "." in row.link:
                parts[one.link] += self.size(row) is not None
            elif self.size(row) is not None:
                whole += 1 + row.link.count("/")
        for link, measured in parts.items():
            seen = [
                sum("." in row.link and one.link == link for row, one in self.counted_rows(v))
                for v in self.visits
                if v <= visit
            ]
            whole += measured >= max(seen)
        return whole >= len(self.targets)

    def largest(self, visit: int, *, node: bool) -> int:
        sizes = [
            self.size(row) or 0
            for row, one in self.counted_rows(visit)
            if self.is_node(one) == node
        ]
        return max(sizes, default=0)

    def all_gone(self, visit: int) -> bool:
        return (
            bool(self.targets)
            and self.is_complete(self.baseline or 0)
            and self.is_complete(visit)
            and self.largest(visit, node=False) == 0
            and self.largest(visit, node=True) < self.mm("normal_node")
        )

    def is_gone(self, row: Reading) -> bool:
        """Whether a non-target or new lesion is not there, or a node of normal size."""
        one, length = self.lesion_of(row.link), self.length(row)
        normal = one is not None and self.is_node(one) and (length or 0) < self.mm("normal_node")
        return length == 0 or (length is not None and normal) or row.state in NO_DISEASE

    def non_target_rows(self, visit: int) -> dict[str, Reading]:
        links = {one.link for one in self.non_targets}
        return {row.link: row for row in self.rows.get(visit, ()) if row.link in links}

    def _certain(self) -> dict[tuple[str, int], str]:
        """Say of each new lesion at each visit: CERTAIN, DOUBTFUL or ABSENT."""
        found: dict[tuple[str, int], str] = {}
        for one in (one for one in self.read.lesions if one.kind == "NEW"):
            rows = {row.visit: row for row in self.read.readings if row.link == one.link}
            visits = sorted({one.visit, *rows})
            alone = [self._alone(one, rows.get(visit)) for visit in visits]
            sure = [
                word == "UNEQUIVOCAL" or (word == "SMALL" and n > 0 and alone[n - 1] == "SMALL")
                for n, word in enumerate(alone)
            ]
            for n, visit in enumerate(visits):
                later = self.how["equivocal"] == "first sight" and sure[n + 1 : n + 2] == [True]
                certain = sure[n] or (alone[n] in ("EQUIVOCAL", "SMALL") and later)
                word = "ABSENT" if alone[n] == "ABSENT" else "DOUBTFUL"
                found[one.link, visit] = "CERTAIN" if certain else word
        return found

    def _alone(self, one: Lesion, row: Reading | None) -> str:
        if row is None:
            return "UNEQUIVOCAL"  # identified, and not measured
        if self.is_gone(row):
            return "ABSENT"
        if row.state in ("EQUIVOCAL", "UNEQUIVOCAL"):
            return row.state
        small = self.is_node(one) and row.size is not None and row.size < self.mm("measurable_node")
        return "SMALL" if small and self.how["small_new_node"] == "equivocal" else "UNEQUIVOCAL"

    def new_day(self, visit: int) -> int | None:
        """The first day on which a certain new lesion of a visit was seen."""
        days = []
        for (link, when), word in self.certain.items():
            if when == visit and word == "CERTAIN":
                rows = [row.day for row in self.rows.get(visit, ()) if row.link == link]
                first = self.lesions[link]
                named = [row.day for row in self.read.readings if row.visit == first.visit]
                days.append(min(rows) if rows else (named[0] if named else 0))
        return min(days, default=None)
