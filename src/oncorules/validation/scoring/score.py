"""Sensitivity and precision of findings on an export with planted defects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from oncorules.errors import DataError
from oncorules.validation.scoring.match import Defects
from oncorules.validation.scoring.read import Defect, Found, read_answer_key, read_findings

SCORED = ("error", "warning")
"""A notice asks somebody to look and does not say that something is wrong: it is not scored."""


@dataclass(frozen=True)
class KindScore:
    """How many defects of a kind were planted and found."""

    kind: str
    planted: int
    found: int

    @property
    def sensitivity(self) -> float:
        """The share that was found."""
        return self.found / self.planted


@dataclass(frozen=True)
class RuleScore:
    """How a rule did.

    Attributes:
        rule: its id.
        findings: how many it has.
        answering: how many of them answer a defect.
        expected: how many defects the key expects it to find.
        found: how many of these it found.
    """

    rule: str
    findings: int
    answering: int
    expected: int
    found: int

    @property
    def precision(self) -> float | None:
        """The share of its findings that answer a defect; missing without findings."""
        return self.answering / self.findings if self.findings else None

    @property
    def sensitivity(self) -> float | None:
        """The share found of the defects that it is expected to find; missing without any."""
        return self.found / self.expected if self.expected else None


@dataclass(frozen=True)
class Score:
    """Findings held against an answer key.

    Attributes:
        kinds: in the order of the key.
        rules: by id.
        missed: the defects that no finding answers.
        stray: the findings that answer no defect.
        findings: how many were scored.
        notices: how many were not.
    """

    kinds: tuple[KindScore, ...]
    rules: tuple[RuleScore, ...]
    missed: tuple[Defect, ...]
    stray: tuple[Found, ...]
    findings: int
    notices: int

    @property
    def planted(self) -> int:
        """The number of defects."""
        return sum(kind.planted for kind in self.kinds)

    @property
    def kinds_found(self) -> int:
        """The number of kinds of which a defect was found."""
        return sum(kind.found > 0 for kind in self.kinds)

    @property
    def sensitivity(self) -> float:
        """The share of the defects that was found."""
        return 1 - len(self.missed) / self.planted

    @property
    def precision(self) -> float:
        """The share of the findings that answer a defect."""
        return 1 - len(self.stray) / self.findings

    def passes(self, least_precision: float) -> bool:
        """Tell whether every kind was found, and the precision is high enough."""
        return self.kinds_found == len(self.kinds) and self.precision >= least_precision

    def as_json(self) -> dict[str, Any]:
        """Return the score as plain data."""
        return {
            "planted": self.planted,
            "found": self.planted - len(self.missed),
            "sensitivity": self.sensitivity,
            "findings": self.findings,
            "notices": self.notices,
            "precision": self.precision,
            "kinds": [asdict(kind) | {"sensitivity": kind.sensitivity} for kind in self.kinds],
            "rules": [
                asdict(rule) | {"precision": rule.precision, "sensitivity": rule.sensitivity}
                for rule in self.rules
            ],
            "missed": [asdict(defect) for defect in self.missed],
            "stray": [asdict(finding) for finding in self.stray],
        }


def score(findings: Path, answer_key: Path) -> Score:
    """Return how well findings answer the defects of an answer key.

    Args:
        findings: findings.parquet, findings.csv, or the folder of both.
        answer_key: the answer key, or the export that it lies in.

    Raises:
        DataError: a file is none of these, is empty, or the key is that of another export.
    """
    every, defects = read_findings(findings), read_answer_key(answer_key)
    scored = [finding for finding in every if finding.severity in SCORED]
    key = Defects(defects)
    answers = [(finding, key.answered_by(finding)) for finding in scored]
    if not any(defect for _, defect in answers):
        raise DataError(
            f"none of {len(scored):,} errors and warnings in {findings} answers any of "
            f"{len(defects):,} defects in {answer_key}; is it the answer key of another export?"
        )
    hits = {(defect.number, finding.rule) for finding, defect in answers if defect}
    numbers = {number for number, _ in hits}
    missed = tuple(defect for defect in defects if defect.number not in numbers)
    return Score(
        _kinds(defects, missed),
        _rules(answers, defects, hits),
        missed,
        tuple(finding for finding, defect in answers if defect is None),
        len(scored),
        len(every) - len(scored),
    )


def _kinds(defects: Sequence[Defect], missed: Sequence[Defect]) -> tuple[KindScore, ...]:
    planted, lost = (Counter(defect.kind for defect in some) for some in (defects, missed))
    return tuple(KindScore(kind, planted[kind], planted[kind] - lost[kind]) for kind in planted)


def _rules(
    answers: Sequence[tuple[Found, Defect | None]],
    defects: Sequence[Defect],
    hits: set[tuple[int, str]],
) -> tuple[RuleScore, ...]:
    findings = Counter(finding.rule for finding, _ in answers)
    answering = Counter(finding.rule for finding, defect in answers if defect)
    expected = Counter(rule for defect in defects for rule in defect.rules)
    found = Counter(
        rule for defect in defects for rule in defect.rules if (defect.number, rule) in hits
    )
    return tuple(
        RuleScore(rule, findings[rule], answering[rule], expected[rule], found[rule])
        for rule in sorted(findings | expected)
    )
