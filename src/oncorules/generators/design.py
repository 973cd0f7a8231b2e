"""What a synthetic cohort is like where no figure says it: `synthetic/design.yaml`."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from oncorules.errors import CallError, DataError, RuleError, did_you_mean
from oncorules.generators.latent import FOLDER
from oncorules.rules.loading.model_base import Strict, Text
from oncorules.rules.loading.model_problems import find_problems
from oncorules.rules.loading.yaml_text import in_file_order, read_yaml

FILE = "design.yaml"

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Days = Annotated[int, Field(ge=1)]
Grades = Literal["HGB", "WBC", "PLAT", "CREAT"]
Responses = Literal["CR", "PR", "SD", "PD"]


class Treatment(Strict):
    """What is given: its name, unit, form and route, and the days from one cycle to the next."""

    name: Text
    unit: Text
    form: Text
    route: Text
    days_between: tuple[Days, Days]


class Schedule(Strict):
    """When scans are planned.

    Attributes:
        after: from which day on the days count.
        days: of the first scans, two at least.
        then_every: days from one later scan to the next.
        off: days that one of the first and a later scan may be early or late.
    """

    after: Literal["last cycle", "first dose"]
    days: Annotated[list[Days], Field(min_length=2)]
    then_every: Days
    off: tuple[int, int]


class Moved(Strict):
    """A cohort of any size: each subject is one that was solved, with its times moved.

    Attributes:
        first_dose: the first day of any.
        later_courses: between which days every later course begins.
        spread: standard deviation of the logarithm of a time, moved around the solved one.
        walls: days of a course, by its name, that the end of no time without progression crosses,
            since a criterion or a best response hangs on the side.
    """

    first_dose: date
    later_courses: tuple[date, date]
    spread: Annotated[float, Field(gt=0, le=1)]
    walls: dict[Text, list[Days]] = Field(default_factory=dict)


class Arm(Strict):
    """An arm of an invented trial.

    Attributes:
        share: of the subjects, beside the shares of the other arms.
        hazard_ratio: of progression or death, against the enrolled population's median.
        responses: the share of each best response, which together are all.
        grades: by laboratory test, the share of each worst grade from 0 on.
    """

    share: Positive = 1.0
    hazard_ratio: Positive = 1.0
    responses: dict[Responses, Share]
    grades: dict[Grades, list[Share]]


class Enrolled(Strict):
    """The subjects of an invented trial with arms.

    Attributes:
        between: the first and the last day of a first dose.
        female: share of women.
        age: least and greatest age in years.
        cycles: how many are planned.
        dose: of each cycle.
        progression_free: median in months where the hazard ratio is 1.
        shape: of the Weibull distribution of that time; 1 is a constant hazard.
        survival_after: median in months from progression to death, at a constant hazard.
        deaths: share of those without progression for half a year whose time ends with death.
        dropout: share of the subjects lost in a year.
    """

    between: tuple[date, date]
    female: Share
    age: tuple[Days, Days]
    cycles: Days
    dose: Positive
    progression_free: Positive
    shape: Positive = 1.0
    survival_after: Positive
    deaths: Share = 0.0
    dropout: Share = 0.0


class Design(Strict):
    """The design of a synthetic cohort.

    Attributes:
        study: the identifier of the synthetic study.
        country: of its sites, as three letters.
        locale: of invented names.
        sites: how many.
        cut_off: the day on which who is alive is known to be alive.
        treatment: what is given.
        scans: when they are planned.
        solver: what solves the twin.
        seed: of the solver, where none is given; the twin comes from it.
        sampled: how a cohort of any size comes from the twin.
        enrolled: who takes part in an invented trial.
        arms: of an invented trial, by name.
    """

    study: Text
    country: Text
    locale: Text
    sites: Annotated[int, Field(ge=1, le=99)]
    cut_off: date
    treatment: Treatment
    scans: Schedule
    solver: Literal["prrt"] | None = None
    seed: int = 1
    sampled: Moved | None = None
    enrolled: Enrolled | None = None
    arms: dict[Text, Arm] = Field(default_factory=dict)


def find_designed(study: str | Path) -> Path:
    """Return the folder of a study from which something can be generated.

    Args:
        study: the id of a shipped study, or the folder of one.

    Raises:
        CallError: there is no such study.
        DataError: it has no design.
    """
    root = Path(str(files("oncorules.rules"))) / "studies"
    shipped = {one.name: one for one in sorted(root.iterdir()) if one.is_dir()}
    folder = shipped.get(str(study), Path(study))
    if not folder.is_dir():
        designed = [name for name, one in shipped.items() if (one / FOLDER / FILE).is_file()]
        near = did_you_mean(str(study), shipped) or f"; there are {', '.join(designed)}"
        raise CallError(f'there is no study "{study}"{near}')
    if not (folder / FOLDER / FILE).is_file():
        raise DataError(
            f"the study {folder.name} has no {FOLDER}/{FILE}, so nothing can be generated for it"
        )
    return folder


def read_design(study: Path) -> Design:
    """Return the design of a study's synthetic cohort.

    Args:
        study: the folder of the study.

    Raises:
        DataError: the study has none.
        RuleError: the file cannot be used.
    """
    path = find_designed(study) / FOLDER / FILE
    document = read_yaml(path, f"{study.name}/{FOLDER}/{FILE}")

    def place(steps: tuple[object, ...], key: bool) -> str:
        return document.place_key(steps) if key else document.place(steps)

    found, problems = find_problems(Design, document.data, place)
    if problems:
        raise RuleError(in_file_order(problems))
    design: Design = found
    return design
