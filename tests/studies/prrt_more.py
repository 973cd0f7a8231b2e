"""More hand-made subjects of van-der-zwan-2018: each stands on one branch of the pack, or a limit.

The initial course begins on 1 March 2006, the retreatment on 2 March 2009. Their last cycles are on
16 August 2006 and on 27 April 2009.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from .prrt_export import AML, MDS, Course, Subject

FIRST, SECOND, THIRD = date(2006, 3, 1), date(2009, 3, 2), date(2011, 6, 1)
STABLE = [70, 68, 67, 66, 65, 64]  # no progression up to 13 February 2008
RELAPSED = [*STABLE, 80]  # progression on 13 August 2008
AGAIN = [80, 79, 78, 77, 95]  # progression on 26 April 2010
END = date(2012, 6, 1)


def initial(sums: list[int] = RELAPSED, cycles: int = 4, dose: float = 7.4, **more: Any) -> Course:
    """Return an initial course."""
    return Course("I-PRRT", FIRST, cycles, dose, sums, **more)


def again(sums: list[int] = AGAIN, cycles: int = 2, **more: Any) -> Course:
    """Return a retreatment."""
    return Course("R-PRRT", SECOND, cycles, 7.4, sums, **more)


def third() -> Course:
    """Return a second retreatment, during which the disease is stable."""
    return Course("RR-PRRT", THIRD, 2, 7.4, [80, 79, 78])


def retreated(name: str, *courses: Course, last: date = END, **more: Any) -> Subject:
    """Return a subject with these courses who died."""
    return Subject(name, "F", 60, "MIDGUT", list(courses), last, **{"died": True, **more})


def control(name: str, why: str | None, course: Course, last: date = END, **more: Any) -> Subject:
    """Return a subject with the initial course only who died."""
    given: dict[str, Any] = {"died": True, "no_salvage": why, **more}
    return Subject(name, "M", 62, "PANCREATIC", [course], last, **given)


def more_subjects() -> list[Subject]:
    """Return the retreated 11 to 24, and the controls 31 to 40."""
    limits = {"HGB": 5.0, "WBC": 2.0, "PLAT": 75, "CREATCLR": 40}
    scan, clinical = "OCTREOSCAN", "CLINICAL"
    return [
        # 548 and 427 days: the first whole days of 18.0 and 14.0 months
        retreated("11", initial([70, 68, 67], other=(scan, 380)),
                  again([80, 79, 78], other=(scan, 371)), third()),
        # one day less than 18.0 months, one day less than 14.0 months
        retreated("12", initial([70, 68, 67], other=(scan, 379)), again()),
        retreated("13", initial(), again([80, 79, 78], other=(clinical, 370)), third()),
        # uptake below the liver's; uptake unknown, and each count on its limit
        retreated("14", initial(), again(findings={"KRENNING": "1"})),
        retreated("15", initial(), again(findings={"KRENNING": ""}, labs=limits)),
        retreated("16", initial(), again(labs={"PLAT": 74.9})),
        retreated("17", initial(), again(labs={"CREATCLR": 39.9})),
        # retreated from November 2015; too little dose; progression as best response
        retreated("18", initial(), Course("R-PRRT", date(2015, 11, 1), 2, 7.4, [80, 79, 78]),
                  last=date(2017, 3, 1)),
        retreated("19", initial(cycles=2), again(cycles=1)),
        retreated("20", initial([75, 95]), again()),
        # dead 40 days after the only cycle; retreated without progression before it
        retreated("21", initial(), again([80], cycles=1, reduced="DEATH"), last=date(2009, 4, 11)),
        retreated("22", initial(STABLE, findings={"PROGBY": "NONE"}), again()),
        # both courses cut short, MDS 52 days after the only cycle; CR, then MDS that turns to AML
        retreated("23", initial(cycles=3, reduced="MYELOSUPPRESSION",
                                findings={"WHOGRADE": "3", "KI67": "30"}),
                  again([80, 79, 78], cycles=1, reduced="MYELOSUPPRESSION", worst={"PLAT": 60}),
                  ill=(("AE", MDS, date(2009, 4, 23)),)),
        retreated("24", initial([40, 0, 0, 0, 0, 0, 12]), again([40, 39, 38, 37, 50]),
                  ill=(("MH", MDS, date(2010, 1, 1)), ("AE", AML, date(2010, 6, 1)))),
        # never seen again; dead before and after 18 months without progression
        control("31", "OTHER TREATMENT", initial([70]), date(2007, 6, 1), died=False),
        control("32", "DEATH", initial(STABLE[:3]), date(2007, 6, 1), died_in="DS"),
        control("33", "DEATH", initial(STABLE), date(2008, 3, 1)),
        # on the limits of the dose, and beside them
        control("34", "INSUFFICIENT UPTAKE", initial(dose=5.45)),
        control("35", "STABLE DISEASE NOT FAVOURABLE", initial(dose=7.65)),
        control("36", "SECOND PRIMARY TUMOUR", initial(dose=5.425)),
        control("37", "SECOND PRIMARY TUMOUR", initial(dose=7.675)),
        # progression as best response; clinical progression beside stable scans; kidneys
        control("38", "CLINICAL CONDITION", initial([75, 95])),
        control("39", "CLINICAL CONDITION",
                initial(STABLE, other=(clinical, 600), worst={"CREAT": 350})),
        # no reason recorded; a leukaemia before the first dose is none of the treatment
        control("40", None, initial(), ill=(("MH", AML, date(2006, 2, 28)),)),
    ]  # fmt: skip
