"""What scans leave: lesions identified (TU) and measured (TR), and the recorded response (RS)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from oncorules.generators.coded import Coded, Rows, joined
from oncorules.generators.lesions import MOST, NODE, ORGANS, Lesions, draw_lesions
from oncorules.generators.scans import GONE, GROWS, UNSEEN, Scans, plan_scans
from oncorules.generators.sdtm_table import Cells, Figures
from oncorules.generators.trial import Trial

if TYPE_CHECKING:
    import pyarrow as pa

TARGET, NON_TARGET, NEW = range(3)
GROUPS = ("TARGET", "NON-TARGET", "NEW")
STATES = ("PRESENT", "ABSENT", "UNEQUIVOCAL")
ELSEWHERE = ("PERITONEUM", "LIVER")
"""Where the non-target lesion lies, and where a new one appears."""


def scan_tables(trial: Trial, random: np.random.Generator) -> Iterator[tuple[str, pa.Table]]:
    """Yield TU, TR and RS."""
    courses = trial.cohort.courses
    last_cycle = trial.last_cycle - courses.start
    scans = plan_scans(courses, last_cycle, trial.design.scans, random)
    lesions = draw_lesions(scans, courses.ends.size, random)
    visits = _Visits(trial, scans)
    yield "TU", _identified(visits, lesions)
    yield "TR", _measured(visits, lesions)
    yield "RS", _responses(visits)


class _Visits:
    """The scans of a trial with what tells them apart."""

    def __init__(self, trial: Trial, scans: Scans) -> None:
        self.trial, self.scans = trial, scans
        courses = trial.cohort.courses
        subject = courses.subject[scans.course]
        before = np.searchsorted(subject, np.arange(len(trial.cohort)))
        self.number = np.arange(1, subject.size + 1) - before[subject]
        epochs = courses.epoch
        self.epoch = epochs.codes[scans.course]
        most = int(scans.number.max(initial=0)) + 1
        names = [f"SCAN {k}" if k else "BASELINE" for k in range(most)]
        words = tuple(f"{epoch} {name}" for epoch in epochs.words for name in names)
        self.visit = Coded(self.epoch * most + scans.number, words)
        # Each course has a baseline of its own, so it has a reader of its own.
        self.reader = Coded(
            self.epoch, tuple(f"READER {k}" for k in range(1, len(epochs.words) + 1))
        )
        several = len(epochs.words) > 1
        self.prefixes = [f"{one.split('-')[0]}-" if several else "" for one in epochs.words]

    def columns(self, domain: str, scan: Rows) -> dict[str, Cells]:
        """Return who looked, and at which visit."""
        return {
            f"{domain}EVAL": "INVESTIGATOR",
            f"{domain}EVALID": self.reader[scan],
            "VISITNUM": self.number[scan],
            "VISIT": self.visit[scan],
        }

    def links(self, scan: Rows, group: Rows, lesion: Rows) -> Coded:
        """Return the names of lesions, which no other course of the subject has."""
        kinds = [*(f"T{k:02}" for k in range(1, MOST + 1)), "NT01", "N01"]
        code = np.where(group == TARGET, lesion, MOST + group - 1)
        words = tuple(prefix + kind for prefix in self.prefixes for kind in kinds)
        return Coded(self.epoch[scan] * len(kinds) + code, words)

    def table(self, name: str, scan: Rows, columns: dict[str, Cells]) -> pa.Table:
        """Return a table whose rows belong to scans."""
        course = self.scans.course[scan]
        day = self.trial.cohort.courses.start[course] + self.scans.day[scan]
        of_scan = self.columns(name, scan)
        return self.trial.of_courses(name, course, day, f"{name}DTC", of_scan | columns)


def _identified(visits: _Visits, lesions: Lesions) -> pa.Table:
    scans = visits.scans
    course, lesion = np.nonzero(lesions.organs >= 0)
    baseline = np.full(lesions.organs.shape[0], -1)
    baseline[scans.course[scans.first]] = scans.first
    target, other, new = baseline[course], scans.first, np.flatnonzero(lesions.new)
    there = target >= 0
    target, course, lesion = target[there], course[there], lesion[there]
    scan = np.concatenate([target, other, new])
    group = np.repeat([TARGET, NON_TARGET, NEW], [target.size, other.size, new.size])
    organs = joined([lesions.organ(course, lesion), Coded(group[target.size :] - 1, ELSEWHERE)])
    number = np.concatenate([lesion, np.zeros(other.size + new.size, np.int64)])
    order = np.lexsort((number, group, scan))
    scan, group, number, kind = (
        scan[order],
        group[order],
        number[order],
        Coded(group, GROUPS)[order],
    )
    return visits.table(
        "TU",
        scan,
        {
            "TULNKID": visits.links(scan, group, number),
            "TUTESTCD": "TUMIDENT",
            "TUTEST": "Tumor Identification",
            "TUORRES": kind,
            "TUSTRESC": kind,
            "TULOC": organs[order],
            "TUMETHOD": "CT SCAN",
        },
    )


def _measured(visits: _Visits, lesions: Lesions) -> pa.Table:
    scans = visits.scans
    unseen = scans.shows == UNSEEN
    target, lesion = np.nonzero(lesions.organs[scans.course] >= 0)
    other, new = np.flatnonzero(~unseen), np.flatnonzero(lesions.new)
    scan = np.concatenate([target, other, new])
    sizes = np.concatenate(
        [lesions.sizes[target, lesion], np.full(other.size, -1), lesions.new[new]]
    )
    node = np.concatenate(
        [
            lesions.organs[scans.course[target], lesion] == ORGANS.index(NODE),
            np.zeros(other.size + new.size, bool),
        ]
    )
    group = np.repeat([TARGET, NON_TARGET, NEW], [target.size, other.size, new.size])
    number = np.concatenate([lesion, np.zeros(other.size + new.size, np.int64)])
    order = np.lexsort((number, group, scan))
    scan, sizes, node, group, number = (one[order] for one in (scan, sizes, node, group, number))
    missing = unseen[scan]
    sizes = np.where(missing, -1, sizes)
    kind = np.where(group == NON_TARGET, 2, node)
    result = _text_or(_state(scans, lesions, scan).where(group == NON_TARGET), sizes)
    return visits.table(
        "TR",
        scan,
        {
            "TRGRPID": Coded(group, GROUPS),
            "TRLNKID": visits.links(scan, group, number),
            "TRTESTCD": Coded(kind, ("LDIAM", "LPERP", "TUMSTATE")),
            "TRTEST": Coded(kind, ("Longest Diameter", "Longest Perpendicular", "Tumor State")),
            "TRORRES": result,
            "TRORRESU": Coded.same("mm", scan.size).where(sizes >= 0),
            "TRSTRESC": result,
            "TRSTRESN": Figures(sizes),
            "TRSTRESU": Coded.same("mm", scan.size).where(sizes >= 0),
            "TRSTAT": Coded.same("NOT DONE", scan.size).where(missing),
            "TRREASND": Coded.same("SCAN NOT EVALUABLE", scan.size).where(missing),
            "TRMETHOD": "CT SCAN",
        },
    )


def _state(scans: Scans, lesions: Lesions, scan: Rows) -> Coded:
    """Return the state of the non-target lesion at scans; who lost it has it back no more."""
    gone = scans.shows == GONE
    gone |= (scans.shows == GROWS) & np.append(False, gone[:-1])
    state = np.where(lesions.unequivocal, 2, gone.astype(np.int64))
    return Coded(state[scan], STATES)


def _text_or(texts: Coded, sizes: Rows) -> Coded:
    """Return the words, and where there are none the sizes as words."""
    most = int(sizes.max(initial=0)) + 1
    words = (*texts.words, *(str(size) for size in range(most)))
    codes = np.where(texts.known, texts.codes, np.where(sizes >= 0, len(texts.words) + sizes, -1))
    return Coded(codes, words)


def _responses(visits: _Visits) -> pa.Table:
    """Return the recorded responses, and progression that no measurement shows."""
    trial, scans = visits.trial, visits.scans
    courses = trial.cohort.courses
    scan = np.flatnonzero(scans.number > 0)
    responses = scans.responses()[scan]
    apart = np.flatnonzero(courses.ends_by.among("OCTREOSCAN", "CLINICAL"))
    symptoms = courses.ends_by.among("CLINICAL")[apart]
    course = np.concatenate([scans.course[scan], apart])
    day = np.concatenate([scans.day[scan], courses.ends[apart]])
    result = joined([responses, Coded(symptoms.astype(np.int64), ("PD", "Y"))])
    tests = np.concatenate([np.zeros(scan.size, np.int64), symptoms])
    nothing = np.full(apart.size, -1)
    number = np.concatenate([visits.number[scan], nothing])
    visit = np.concatenate([visits.visit[scan].codes, nothing])
    return trial.of_courses(
        "RS",
        course,
        courses.start[course] + day,
        "RSDTC",
        {
            "RSTESTCD": Coded(tests, ("OVRLRESP", "SYMPTDTR")),
            "RSTEST": Coded(tests, ("Overall Response", "Symptomatic Deterioration")),
            "RSCAT": joined([Coded.same("RECIST 1.1", scan.size), courses.ends_by[apart]]),
            "RSORRES": result,
            "RSSTRESC": result,
            "RSEVAL": "INVESTIGATOR",
            "RSEVALID": Coded(courses.epoch.codes[course], visits.reader.words),
            "VISITNUM": Figures(number),
            "VISIT": Coded(visit, visits.visit.words),
        },
    )
