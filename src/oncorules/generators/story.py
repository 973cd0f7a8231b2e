"""One subject told visit by visit: treatment, findings, scans, samples, events and the end."""

from __future__ import annotations

from datetime import date, timedelta

from oncorules.generators.design import Design
from oncorules.generators.latent import Course, Subject
from oncorules.generators.people import Site
from oncorules.generators.records import Records
from oncorules.generators.sample_rows import tell_samples
from oncorules.generators.scan_rows import READERS, tell_scans
from oncorules.generators.streams import stream

VISITS, SAMPLES = 1, 2
FINDING_TESTS = {
    "UPTAKE": ("KRENNING", "Uptake on OctreoScan", "Tumour"),
    "EXTENT": ("EXTENT", "Extent of disease", "Disease"),
    "LIVER": ("LIVER", "Liver lesions", "Disease"),
    "BONE": ("BONE", "Bone lesions", "Disease"),
    "PROGBY": ("PROGBY", "How progression was seen", "Disease"),
    "WHOGRADE": ("WHOGRADE", "WHO tumour grade", "Tumour"),
    "KI67": ("KI67", "Ki-67 index", "Tumour"),
    "SURGERY": ("SURGERY", "Surgery before", "Treatment"),
    "CHEMO": ("CHEMO", "Chemotherapy before", "Treatment"),
    "RADIO": ("RADIO", "Radiotherapy before", "Treatment"),
    "SSA": ("SSA", "Somatostatin analogues before", "Treatment"),
}
EVENTS = (
    ("Nausea", "GASTROINTESTINAL DISORDERS"),
    ("Vomiting", "GASTROINTESTINAL DISORDERS"),
    ("Fatigue", "GENERAL DISORDERS AND ADMINISTRATION SITE CONDITIONS"),
    ("Abdominal pain", "GASTROINTESTINAL DISORDERS"),
    ("Alopecia", "SKIN AND SUBCUTANEOUS TISSUE DISORDERS"),
)
MYELOID = {"AML": "Acute myeloid leukaemia", "MDS": "Myelodysplastic syndrome"}


class Story:
    """One subject, from the first dose to the end.

    Args:
        subject: as solved.
        place: in the cohort; with the seed it decides everything that is drawn.
        number: in its identifier.
        seed: of what is drawn.
        design: what the paper does not say.
        site: where the subject is treated.
    """

    def __init__(
        self, subject: Subject, place: int, number: int, seed: int, design: Design, site: Site
    ) -> None:
        self.subject, self.design = subject, design
        self.random = stream(seed, place, VISITS)
        self.samples = stream(seed, place, SAMPLES)
        slack = (subject.begins[1] - subject.begins[0]).days
        self.first = subject.begins[0] + timedelta(days=int(self.random.integers(0, slack + 1)))
        self.site, self.investigator = site.number, site.investigator
        self.subject_id = f"{number:04}"
        self.id = f"{design.study}-{self.site}-{self.subject_id}"
        self.end = self.first + timedelta(days=subject.ends)
        self.visit = 0

    def row(self, table: str, **cells: str | int | float | date | None) -> None:
        """Add a row of this subject."""
        self.records.add(table, self.id, **cells)

    def tell(self, records: Records) -> None:
        """Add all rows of the subject."""
        self.records = records
        subject = self.subject
        days = [self._cycles(course) for course in subject.courses]
        last_dose = self.first + timedelta(days=max(day for cycles in days for day in cycles))
        arm = "RETREATED" if len(subject.courses) > 1 else "INITIAL"
        consent = self.first - timedelta(days=int(self.random.integers(5, 30)))
        self.row(
            "DM",
            SUBJID=self.subject_id,
            RFSTDTC=self.first,
            RFENDTC=last_dose,
            RFXSTDTC=self.first,
            RFXENDTC=last_dose,
            RFICDTC=consent,
            RFPENDTC=self.end,
            DTHDTC=self.end if subject.died else None,
            DTHFL="Y" if subject.died else None,
            SITEID=self.site,
            INVNAM=self.investigator,
            AGE=int(subject.age_days / 365.25),
            AGEU="YEARS",
            SEX=subject.sex,
            ARMCD=arm,
            ARM=arm.title(),
            ACTARMCD=arm,
            ACTARM=arm.title(),
            COUNTRY=self.design.country,
        )
        if subject.primary:
            self._finding(
                "PRIMARY", "Origin of the tumour", "Tumour", subject.primary, self.first, "I-PRRT"
            )
        for number, course in enumerate(subject.courses):
            following = (
                subject.courses[number + 1].start if number + 1 < len(subject.courses) else None
            )
            self._course(course, days[number], following)
        self._disposition()

    def _cycles(self, course: Course) -> list[int]:
        """Return the day of each cycle, 6 to 10 weeks apart."""
        days = [course.start]
        for _ in range(course.cycles - 1):
            days.append(days[-1] + int(self.random.integers(50, 63)))
        return days

    def _course(self, course: Course, cycles: list[int], following: int | None) -> None:
        start = self.first + timedelta(days=course.start)
        tenths = round(course.dose * 10)
        for number, day in enumerate(cycles):
            share = tenths // course.cycles + (number < tenths % course.cycles)
            on = self.first + timedelta(days=day)
            self.row(
                "EX",
                EXTRT="177LU-DOTATATE",
                EXDOSE=share / 10,
                EXDOSU="GBq",
                EXDOSFRM="SOLUTION",
                EXROUTE="INTRAVENOUS",
                EPOCH=course.epoch,
                EXSTDTC=on,
                EXENDTC=on,
            )
        if course.start:
            years = int((self.subject.age_days + course.start) / 365.25)
            self._finding("AGE", "Age in years", "Subject", str(years), start, course.epoch)
        for name, found in course.findings.items():
            test, label, of = FINDING_TESTS[name]
            self._finding(test, label, of, found, start, course.epoch)
        tell_scans(self, course, cycles[-1] - course.start)
        self._events(course, cycles)
        tell_samples(self, course, cycles, following)
        if course.ends_by in ("OCTREOSCAN", "CLINICAL"):
            scan = course.ends_by == "OCTREOSCAN"
            self.row(
                "RS",
                RSTESTCD="OVRLRESP" if scan else "SYMPTDTR",
                RSTEST="Overall Response" if scan else "Symptomatic Deterioration",
                RSCAT=course.ends_by,
                RSORRES="PD" if scan else "Y",
                RSSTRESC="PD" if scan else "Y",
                RSEVAL="INVESTIGATOR",
                RSEVALID=READERS[course.epoch],
                EPOCH=course.epoch,
                RSDTC=start + timedelta(days=course.ends),
            )
        if course.reduced:
            self.row(
                "DS",
                DSTERM=course.reduced,
                DSDECOD=course.reduced,
                DSCAT="OTHER EVENT",
                DSSCAT="REDUCED DOSE",
                EPOCH=course.epoch,
                DSSTDTC=self.end
                if course.reduced == "DEATH"
                else self.first + timedelta(days=cycles[-1]),
            )

    def _finding(self, test: str, label: str, of: str, found: str, on: date, epoch: str) -> None:
        self.row(
            "FA",
            FATESTCD=test,
            FATEST=label,
            FAOBJ=of,
            FAORRES=found,
            FASTRESC=found,
            EPOCH=epoch,
            FADTC=on,
        )

    def _events(self, course: Course, cycles: list[int]) -> None:
        """Add mild events in the days after a cycle, each term once a course."""
        for term, system in EVENTS:
            day = cycles[int(self.samples.integers(0, len(cycles)))] + int(
                self.samples.integers(0, 4)
            )
            lasts = int(self.samples.integers(1, 14))
            if self.samples.random() > 0.2 or day + lasts >= self.subject.ends:
                continue
            start = self.first + timedelta(days=day)
            self.row(
                "AE",
                AETERM=term,
                AEDECOD=term,
                AEBODSYS=system,
                AESER="N",
                AEACN="DOSE NOT CHANGED",
                AEREL="RELATED",
                AEOUT="RECOVERED/RESOLVED",
                AETOXGR=str(int(self.samples.integers(1, 3))),
                EPOCH=course.epoch,
                AESTDTC=start,
                AEENDTC=start + timedelta(days=lasts),
            )

    def _disposition(self) -> None:
        subject = self.subject
        if subject.died:
            ends = "DEATH"
        else:
            ends = "COMPLETED" if self.end == self.design.cut_off else "LOST TO FOLLOW-UP"
        if subject.no_salvage:
            last = subject.ends if subject.no_salvage == "DEATH" else subject.courses[-1].ends
            self.row(
                "DS",
                DSTERM=subject.no_salvage,
                DSDECOD=subject.no_salvage,
                DSCAT="OTHER EVENT",
                DSSCAT="NO SALVAGE PRRT",
                EPOCH="I-PRRT",
                DSSTDTC=self.first + timedelta(days=last),
            )
        self.row("DS", DSTERM=ends, DSDECOD=ends, DSCAT="DISPOSITION EVENT", DSSTDTC=self.end)
        if subject.myeloid:
            kind, day = subject.myeloid
            self.row(
                "MH",
                MHTERM=MYELOID[kind],
                MHDECOD=MYELOID[kind],
                MHCAT="TREATMENT COMPLICATION",
                MHSTDTC=self.first + timedelta(days=day),
            )
