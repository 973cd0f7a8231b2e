"""The rows of a course's scans: lesions identified, measured, and the recorded response."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from oncorules.generators.latent import Course
from oncorules.generators.lesions import Scan, draw_lesions

if TYPE_CHECKING:
    from oncorules.generators.story import Story

READERS = {"I-PRRT": "READER 1", "R-PRRT": "READER 2", "RR-PRRT": "READER 3"}
"""Each course has a baseline of its own, so it has a reader of its own."""


def tell_scans(story: Story, course: Course, last_cycle: int) -> None:
    """Add the scans of a course: what must come out of them is what was assigned."""
    if course.best in ("DIED", "CLINICAL PD"):
        return
    ends = course.ends
    if course.ends_by in ("OCTREOSCAN", "DEATH") and course.best != "NE":
        ends -= int(story.random.integers(15, 60))
    lesions = draw_lesions(
        course.best,
        last_cycle,
        ends,
        course.ends_by == "RECIST",
        course.at_3_months,
        story.random,
    )
    for number, scan in enumerate(lesions.scans):
        story.visit += 1
        on = story.first + timedelta(days=course.start + scan.day)
        name = f"{course.epoch} {'BASELINE' if number == 0 else f'SCAN {number}'}"
        _tell_scan(story, course.epoch, scan, lesions.organs, on, name, first=number == 0)


def _tell_scan(
    story: Story, epoch: str, scan: Scan, organs: list[str], on: date, visit: str, *, first: bool
) -> None:
    at: dict[str, Any] = {"VISITNUM": story.visit, "VISIT": visit, "EPOCH": epoch}
    links = [f"{epoch[:-5]}-T{number:02}" for number in range(1, len(organs) + 1)]
    other = f"{epoch[:-5]}-NT01"
    new = f"{epoch[:-5]}-N01"
    identified = []
    if first:
        identified = [(link, "TARGET", organ) for link, organ in zip(links, organs, strict=True)]
        identified.append((other, "NON-TARGET", "PERITONEUM"))
    if scan.new_lesion:
        identified.append((new, "NEW", "LIVER"))
    for link, kind, organ in identified:
        story.row(
            "TU",
            TULNKID=link,
            TUTESTCD="TUMIDENT",
            TUTEST="Tumor Identification",
            TUORRES=kind,
            TUSTRESC=kind,
            TULOC=organ,
            TUMETHOD="CT SCAN",
            TUEVAL="INVESTIGATOR",
            TUEVALID=READERS[epoch],
            TUDTC=on,
            **at,
        )
    common: dict[str, Any] = {
        "TRMETHOD": "CT SCAN",
        "TREVAL": "INVESTIGATOR",
        "TREVALID": READERS[epoch],
        "TRDTC": on,
    }
    for place, link in enumerate(links):
        size = None if scan.response == "NE" else scan.diameters[place]
        missing: dict[str, Any] = (
            {"TRSTAT": "NOT DONE", "TRREASND": "SCAN NOT EVALUABLE"} if size is None else {}
        )
        story.row(
            "TR",
            TRGRPID="TARGET",
            TRLNKID=link,
            TRTESTCD="LDIAM",
            TRTEST="Longest Diameter",
            TRORRES=None if size is None else str(size),
            TRORRESU=None if size is None else "mm",
            TRSTRESC=None if size is None else str(size),
            TRSTRESN=size,
            TRSTRESU=None if size is None else "mm",
            **missing,
            **common,
            **at,
        )
    if scan.response != "NE":
        gone = bool(scan.diameters) and not any(scan.diameters)
        state = "ABSENT" if gone else "PRESENT"
        story.row(
            "TR",
            TRGRPID="NON-TARGET",
            TRLNKID=other,
            TRTESTCD="TUMSTATE",
            TRTEST="Tumor State",
            TRORRES=state,
            TRSTRESC=state,
            **common,
            **at,
        )
    if scan.new_lesion:
        size = int(story.random.integers(12, 30))
        story.row(
            "TR",
            TRGRPID="NEW",
            TRLNKID=new,
            TRTESTCD="LDIAM",
            TRTEST="Longest Diameter",
            TRORRES=str(size),
            TRORRESU="mm",
            TRSTRESC=str(size),
            TRSTRESN=size,
            TRSTRESU="mm",
            **common,
            **at,
        )
    if scan.response:
        story.row(
            "RS",
            RSTESTCD="OVRLRESP",
            RSTEST="Overall Response",
            RSCAT="RECIST 1.1",
            RSORRES=scan.response,
            RSSTRESC=scan.response,
            RSEVAL="INVESTIGATOR",
            RSEVALID=READERS[epoch],
            RSDTC=on,
            **at,
        )
