"""Random subjects with lesions, read by several readers, and the export that holds them.

Lengths are whole tenths of a millimetre, so that limits are met exactly and nothing is rounded.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

FIRST_DOSE = date(2024, 1, 10)
READERS = ("INVESTIGATOR", "RADIOLOGIST 1", "RADIOLOGIST 2")
NODE = "LYMPH NODE"
ORGANS = ("LIVER", "LUNG", "BONE", NODE)


@dataclass(frozen=True)
class Lesion:
    """A lesion as a reader identified it."""

    link: str
    kind: str  # TARGET, NON-TARGET or NEW
    organ: str
    visit: int

    @property
    def node(self) -> bool:
        return self.organ == NODE


@dataclass(frozen=True)
class Reading:
    """What a reader saw of a lesion, of a part of one or of two that merged.

    The size is the short axis of a node and the longest diameter of any other lesion; None where
    it was not measured.
    """

    visit: int
    link: str
    size: int | None
    state: str | None
    day: int  # since the first dose


@dataclass
class Read:
    """What one reader saw of a subject."""

    lesions: list[Lesion] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


@dataclass
class Subject:
    """A subject: what each reader saw, and the day of another therapy."""

    reads: dict[str, Read]
    therapy: int | None

    @property
    def accepted(self) -> str:
        """The reader whose readings are the accepted ones."""
        return list(self.reads)[-1]


def random_subject(picked: random.Random) -> Subject:
    """Return a subject whose sums often stand exactly on a limit."""
    readers = READERS[: picked.choices([1, 2, 3], [8, 1, 1])[0]]
    baseline = picked.choice([-20, -10, -1, 0, 3])
    days = {1: baseline}
    for visit in range(2, picked.randrange(3, 8)):
        days[visit] = days[visit - 1] + picked.choice([14, 28, 28, 42, 56])
    therapy = picked.choice(list(days.values())) + picked.choice([-1, 0, 1])
    reads = {reader: random_read(picked, days) for reader in readers}
    return Subject(reads, therapy if picked.random() < 0.15 and therapy > 0 else None)


def random_read(picked: random.Random, days: dict[int, int]) -> Read:
    """Return what one reader saw at these visits."""
    read = Read()
    for number in range(picked.choices(range(7), [2, 4, 4, 3, 2, 1, 1])[0]):
        read.lesions.append(Lesion(f"T{number:02}", "TARGET", picked.choice(ORGANS), 1))
    for number in range(picked.choices(range(4), [5, 3, 2, 1])[0]):
        read.lesions.append(Lesion(f"X{number:02}", "NON-TARGET", picked.choice(ORGANS), 1))
    for number in range(picked.choices(range(3), [7, 2, 1])[0]):
        first = picked.choice(list(days)[1:])
        read.lesions.append(Lesion(f"Z{number:02}", "NEW", picked.choice(ORGANS), first))
    sizes = {one.link: picked.choice([90, 100, 150, 160, 200, 200, 500]) for one in read.lesions}
    split = picked.choice(["T00", "T01", None, None, None, None])
    merged = picked.random() < 0.1
    for visit, day in days.items():
        factor = picked.choice([0, 50, 70, 70, 90, 100, 100, 120, 120, 125, 200])
        for one in read.lesions:
            when = day + picked.choice([0, 0, 0, 1])
            if visit > 1 and one.kind == "TARGET":
                sizes[one.link] = changed_size(picked, sizes[one.link], factor)
            if one.kind == "TARGET":
                read.readings += target_rows(
                    picked,
                    one,
                    visit,
                    when,
                    sizes,
                    split if visit > 2 else None,
                    merged and visit > 2,
                )
            elif one.kind == "NON-TARGET":
                read.readings += non_target_rows(picked, one, visit, when)
            elif visit >= one.visit:
                read.readings += new_rows(picked, one, visit, when)
    return read


def changed_size(picked: random.Random, size: int, factor: int) -> int:
    """Return the next size: a tenth beside what the factor says, at times, or close to 10 mm."""
    if picked.random() < 0.1:
        return picked.choice([0, 10, 40, 90, 99, 100, 101])
    return max(size * factor // 100 + picked.choice([0, 0, 0, 0, 0, 0, 1, -1]), 0)


def target_rows(
    picked: random.Random,
    one: Lesion,
    visit: int,
    when: int,
    sizes: dict[str, int],
    split: str | None,
    merged: bool,
) -> list[Reading]:
    """Return the rows of a target at a visit: one, those of its parts, or none."""
    size = sizes[one.link]
    if merged and one.link == "T01":
        return []
    if merged and one.link == "T00" and "T01" in sizes:
        return [Reading(visit, "T00/T01", size + sizes["T01"], None, when)]
    if split == one.link:
        parts = [Reading(visit, f"{one.link}.{part}", size // 2, None, when) for part in (1, 2)]
        if picked.random() < 0.15:
            return parts[:1]
        if picked.random() < 0.1:
            parts[1] = Reading(visit, parts[1].link, None, None, when)
        return parts
    chance = picked.random()
    if chance < 0.03:
        return []
    if chance < 0.06:
        return [Reading(visit, one.link, None, None, when)]
    if chance < 0.09:
        return [Reading(visit, one.link, None, "TOO SMALL TO MEASURE", when)]
    if chance < 0.12:
        return [Reading(visit, one.link, None, "ABSENT", when)]
    return [Reading(visit, one.link, size, None, when)]


def non_target_rows(picked: random.Random, one: Lesion, visit: int, when: int) -> list[Reading]:
    """Return the row of a non-target at a visit, where it was looked at."""
    if visit == 1:
        return [Reading(visit, one.link, None, "PRESENT", when)]
    if one.node and picked.random() < 0.4:
        return [Reading(visit, one.link, picked.choice([80, 99, 100, 120]), None, when)]
    states = ["ABSENT", "PRESENT", "EQUIVOCAL", "UNEQUIVOCAL", None]
    state = picked.choices(states, [10, 10, 1, 1, 1])[0]
    return [Reading(visit, one.link, None, state, when)] if state else []


def new_rows(picked: random.Random, one: Lesion, visit: int, when: int) -> list[Reading]:
    """Return the row of a new lesion at a visit, where it was looked at."""
    state = picked.choice(["EQUIVOCAL", "UNEQUIVOCAL", "PRESENT", "ABSENT", None, None])
    if state is None:
        size = picked.choice([90, 99, 100, 149, 150, 160])
        return [Reading(visit, one.link, size, None, when)] if picked.random() < 0.8 else []
    return [Reading(visit, one.link, None, state, when)]


def write_export(folder: Path, subjects: dict[str, Subject]) -> None:
    """Write the tables that hold the subjects: TU, TR, EX and CM."""
    tu = ["USUBJID,TUSEQ,TULNKID,TUEVAL,TUEVALID,TUSTRESC,TULOC,VISITNUM,TUDTC"]
    tr = [
        "USUBJID,TRSEQ,TRLNKID,TREVAL,TREVALID,TRTESTCD,TRSTRESC,TRSTRESN,TRSTRESU,TRACPTFL,VISITNUM,TRDTC"
    ]
    ex, cm = ["USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC"], ["USUBJID,CMSEQ,CMCAT,CMSTDTC"]

    def on(day: int) -> date:
        return FIRST_DOSE + timedelta(day)

    for name, subject in subjects.items():
        ex.append(f"{name},1,X,5,{FIRST_DOSE}")
        if subject.therapy is not None:
            cm.append(f"{name},1,ANTICANCER,{on(subject.therapy)}")
        for reader, read in subject.reads.items():
            who = "INVESTIGATOR," if reader == "INVESTIGATOR" else f"INDEPENDENT ASSESSOR,{reader}"
            accepted = "Y" if reader == subject.accepted else ""
            nodes = {one.link for one in read.lesions if one.node}
            for one in read.lesions:
                first = next((row.day for row in read.readings if row.visit == one.visit), 0)
                place = f"{name},{len(tu)},{one.link},{who}"
                tu.append(f"{place},{one.kind},{one.organ},{one.visit},{on(first)}")
            for row in read.readings:
                tests = {"TUMSTATE": row.size}
                if row.state != "PRESENT" and row.state is None:
                    wide = None if row.size is None else row.size + 30
                    is_node = row.link.split(".")[0].split("/")[0] in nodes
                    tests = {"LDIAM": wide, "LPERP": row.size} if is_node else {"LDIAM": row.size}
                for test, size in tests.items():
                    mm = "" if size is None else f"{size // 10}.{size % 10}"
                    found = row.state or mm
                    place = f"{name},{len(tr)},{row.link},{who},{test},{found},{mm}"
                    tr.append(f"{place},{'mm' if mm else ''},{accepted},{row.visit},{on(row.day)}")
    for table, rows in (("tu", tu), ("tr", tr), ("ex", ex), ("cm", cm)):
        (folder / f"{table}.csv").write_text("\n".join(rows) + "\n", "utf-8")
