"""A small hand-made export of van-der-zwan-2018: ten subjects, each told in a few lines.

`prrt_more.py` has more of them, one for each branch and limit that these do not touch.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

STUDY = "Z18"
AML, MDS = "Acute myeloid leukaemia", "Myelodysplastic syndrome"


@dataclass
class Course:
    """One course: its cycles eight weeks apart, a baseline scan and scans after the last cycle.

    `sums` are the diameters of the one target lesion, in mm: at the baseline, then at 42, 91 and
    182 days after the last cycle, and every half year from there.
    """

    epoch: str
    start: date
    cycles: int
    dose: float
    sums: list[int]
    findings: dict[str, str] = field(default_factory=dict)
    labs: dict[str, float] = field(default_factory=dict)
    worst: dict[str, float] = field(default_factory=dict)
    other: tuple[str, int] | None = None
    reduced: str | None = None

    @property
    def last(self) -> date:
        """The day of the last cycle."""
        return self.start + timedelta(days=56 * (self.cycles - 1))


@dataclass
class Subject:
    """A subject: courses, and how it ends.

    `died_in` is the table that has the day of death; `ill` are the table, the term and the day of
    what the subject fell ill with.
    """

    name: str
    sex: str
    age: int
    primary: str
    courses: list[Course]
    last_seen: date
    died: bool = False
    no_salvage: str | None = None
    died_in: str = "DM"
    ill: tuple[tuple[str, str, date], ...] = ()


LABS = {"HGB": ("mmol/L", 7.4, 11.0), "WBC": ("10^9/L", 4.0, 10.0), "PLAT": ("10^9/L", 150, 400),
        "CREAT": ("umol/L", 50, 100), "CREATCLR": ("mL/min", 60, 140), "CGA": ("ug/L", None, 95),
        "ALP": ("U/L", None, 120)}  # fmt: skip
USUAL = {"HGB": 8.5, "WBC": 6.0, "PLAT": 250, "CREAT": 70, "CREATCLR": 90, "CGA": 300, "ALP": 100}
BEFORE = {"KRENNING": "3", "EXTENT": "MODERATE", "LIVER": "Y", "BONE": "N", "PROGBY": "RECIST"}
FIRST = {"WHOGRADE": "2", "KI67": "8", "SURGERY": "N", "CHEMO": "N", "RADIO": "N", "SSA": "Y"}


def subjects() -> list[Subject]:
    """Return the ten: five retreated, one of them twice, and five with the initial course only."""
    first, second, third = date(2006, 3, 1), date(2009, 3, 2), date(2011, 6, 1)
    return [
        Subject("01", "M", 58, "MIDGUT", [
            Course("I-PRRT", first, 4, 7.4, [100, 90, 68, 66, 70, 75, 92]),
            Course("R-PRRT", second, 2, 7.4, [95, 90, 66, 70, 75, 92],
                   {"AGE": "61", "KRENNING": "4"}),
            Course("RR-PRRT", third, 2, 7.5, [80, 78, 80, 97], {"AGE": "63"}),
        ], date(2014, 5, 1), died=True),
        Subject("02", "F", 63, "PANCREATIC", [
            Course("I-PRRT", first, 4, 7.3, [80, 78, 79, 77, 76, 96], labs={"CGA": 150}),
            Course("R-PRRT", second, 2, 7.4, [98, 95, 96, 94, 118], {"AGE": "66", "BONE": "Y"},
                   worst={"PLAT": 40}),
        ], date(2012, 1, 15), died=True, ill=(("MH", MDS, date(2011, 2, 1)),)),
        Subject("03", "M", 47, "MIDGUT", [
            Course("I-PRRT", first, 4, 7.4, [60, 58, 40, 38, 40, 49], worst={"WBC": 1.5}),
            Course("R-PRRT", second, 2, 7.4, [62, 76], {"AGE": "50", "KRENNING": "2"}),
        ], date(2011, 3, 1), died=True),
        Subject("04", "F", 71, "BRONCHIAL", [
            Course("I-PRRT", first, 4, 7.4, [70, 69, 68, 66, 65, 64, 80]),
            Course("R-PRRT", second, 1, 7.4, [82, 81, 80, 79, 78, 77, 76, 75], {"AGE": "74"},
                   reduced="MYELOSUPPRESSION", worst={"PLAT": 30, "HGB": 4.5}),
        ], date(2016, 11, 1)),
        Subject("05", "M", 55, "HINDGUT", [
            Course("I-PRRT", first, 4, 7.4, [90, 85, 84, 83, 80, 109],
                   {"WHOGRADE": "3", "KI67": "25"}),
            Course("R-PRRT", second, 2, 7.4, [112], {"AGE": "58"}, other=("CLINICAL", 30)),
        ], date(2010, 2, 1), died=True),
        Subject("06", "F", 64, "MIDGUT", [Course("I-PRRT", first, 4, 7.4, [50, 48, 47, 46, 60])],
                date(2010, 6, 1), died=True, no_salvage="RENAL OR HAEMATOLOGICAL"),
        Subject("07", "M", 69, "PANCREATIC", [
            Course("I-PRRT", first, 4, 7.4, [110, 100, 75, 74, 73, 90],
                   worst={"HGB": 4.8, "WBC": 0.9}),
        ], date(2011, 8, 1), died=True, no_salvage="UNCLEAR"),
        Subject("08", "F", 59, "MIDGUT", [
            Course("I-PRRT", first, 4, 7.4, [65, 64, 63, 62, 61, 60], {"WHOGRADE": ""}),
        ], date(2009, 4, 1), no_salvage="LOST TO FOLLOW-UP",
            ill=(("MH", AML, date(2008, 12, 1)),)),
        Subject("09", "M", 61, "UNKNOWN", [
            Course("I-PRRT", first, 4, 7.4, [40, 39, 38], other=("OCTREOSCAN", 400)),
        ], date(2013, 3, 1), died=True, no_salvage="WAIT AND SEE"),
        Subject("10", "F", 44, "FOREGUT", [Course("I-PRRT", first, 2, 7.4, [75, 95])],
                date(2007, 1, 1), died=True, no_salvage="DEATH"),
    ]  # fmt: skip


def write_export(folder: Path, people: list[Subject] | None = None) -> Path:
    """Write the export as CSV files and return the folder."""
    tables: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("DM", "EX", "TU", "TR", "RS", "LB", "FA", "DS", "MH", "AE")
    }
    for subject in people if people is not None else subjects():
        _add(subject, tables)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if not rows:
            continue
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name.lower()}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def _add(subject: Subject, tables: dict[str, list[dict[str, object]]]) -> None:
    number: dict[str, int] = {}

    def row(table: str, **cells: object) -> None:
        number[table] = number.get(table, 0) + 1
        start = {"STUDYID": STUDY, "DOMAIN": table, "USUBJID": f"{STUDY}-{subject.name}"}
        own = {} if table == "DM" else {f"{table}SEQ": number[table]}
        tables[table].append(start | own | cells)

    first = subject.courses[0].start
    died = subject.last_seen if subject.died and subject.died_in == "DM" else ""
    row("DM", SUBJID=subject.name, RFSTDTC=first, RFXSTDTC=first, RFPENDTC=subject.last_seen,
        DTHDTC=died, DTHFL="Y" if subject.died else "",
        SITEID="01", AGE=subject.age, AGEU="YEARS", SEX=subject.sex, COUNTRY="NLD")  # fmt: skip
    row("FA", FATESTCD="PRIMARY", FATEST="Origin of the tumour", FAOBJ="Tumour",
        FAORRES=subject.primary, FASTRESC=subject.primary, FADTC=first, EPOCH="I-PRRT")  # fmt: skip
    visit = 0
    for course in subject.courses:
        visit = _add_course(course, visit, row)
    ends = "DEATH" if subject.died else "LOST TO FOLLOW-UP"
    row("DS", DSTERM=ends, DSDECOD=ends, DSCAT="DISPOSITION EVENT", DSSTDTC=subject.last_seen)
    if subject.no_salvage:
        row("DS", DSTERM=subject.no_salvage, DSDECOD=subject.no_salvage, DSCAT="OTHER EVENT",
            DSSCAT="NO SALVAGE PRRT", DSSTDTC=subject.courses[-1].last)  # fmt: skip
    for table, term, day in subject.ill:
        row(table, **{f"{table}TERM": term, f"{table}DECOD": term, f"{table}STDTC": day})


def _add_course(course: Course, visit: int, row) -> int:
    for cycle in range(course.cycles):
        day = course.start + timedelta(days=56 * cycle)
        row("EX", EXTRT="177Lu-DOTATATE", EXDOSE=course.dose, EXDOSU="GBq", EPOCH=course.epoch,
            EXSTDTC=day, EXENDTC=day)  # fmt: skip
    first = course.epoch == "I-PRRT"
    for test, found in {**BEFORE, **(FIRST if first else {}), **course.findings}.items():
        if found:
            row("FA", FATESTCD=test, FATEST=test.title(), FAOBJ="Disease", FAORRES=found,
                FASTRESC=found, FADTC=course.start, EPOCH=course.epoch)  # fmt: skip
    for test, value in {**USUAL, **course.labs}.items():
        _add_lab(test, value, course.start, row)
    for test, value in course.worst.items():
        _add_lab(test, value, course.last + timedelta(days=30), row)
    days = [42, 91, *(182 * k for k in range(1, 40))]
    for place, diameter in enumerate(course.sums):
        visit += 1
        day = course.start if place == 0 else course.last + timedelta(days=days[place - 1])
        base = {"VISITNUM": visit, "EPOCH": course.epoch}
        if place == 0:
            row("TU", TULNKID=f"T01-{course.epoch}", TUTESTCD="TUMIDENT",
                TUTEST="Tumor Identification", TUORRES="TARGET", TUSTRESC="TARGET",
                TULOC="LIVER", TUEVAL="INVESTIGATOR", TUDTC=day, **base)  # fmt: skip
        row("TR", TRLNKID=f"T01-{course.epoch}", TRTESTCD="LDIAM", TRTEST="Longest Diameter",
            TRORRES=diameter, TRORRESU="mm", TRSTRESC=diameter, TRSTRESN=diameter, TRSTRESU="mm",
            TREVAL="INVESTIGATOR", TRDTC=day, **base)  # fmt: skip
    if course.other:
        kind, after = course.other
        test, result = ("OVRLRESP", "PD") if kind == "OCTREOSCAN" else ("SYMPTDTR", "Y")
        row("RS", RSTESTCD=test, RSTEST=test.title(), RSCAT=kind, RSORRES=result, RSSTRESC=result,
            RSDTC=course.last + timedelta(days=after), EPOCH=course.epoch)  # fmt: skip
    if course.reduced:
        row("DS", DSTERM=course.reduced, DSDECOD=course.reduced, DSCAT="OTHER EVENT",
            DSSCAT="REDUCED DOSE", DSSTDTC=course.last, EPOCH=course.epoch)  # fmt: skip
    return visit


def _add_lab(test: str, value: float, day: date, row) -> None:
    unit, low, high = LABS[test]
    blank = "" if low is None else low
    row("LB", LBTESTCD=test, LBTEST=test.title(), LBCAT="BLOOD", LBORRES=value, LBORRESU=unit,
        LBORNRLO=blank, LBORNRHI=high, LBSTRESC=value, LBSTRESN=value, LBSTRESU=unit,
        LBSTNRLO=blank, LBSTNRHI=high, LBSPEC="BLOOD", LBDTC=day)  # fmt: skip
