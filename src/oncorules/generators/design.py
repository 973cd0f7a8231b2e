"""What a synthetic cohort is like where its paper says nothing: `synthetic/design.yaml`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from oncorules.errors import DataError, RuleError
from oncorules.generators.latent import FOLDER
from oncorules.rules.loading.model_base import Strict, Text
from oncorules.rules.loading.model_problems import find_problems
from oncorules.rules.loading.yaml_text import in_file_order, read_yaml

FILE = "design.yaml"


class Design(Strict):
    """The design of a synthetic cohort.

    Attributes:
        study: the identifier of the synthetic study.
        country: of its sites, as three letters.
        locale: of invented names.
        sites: how many.
        cut_off: the day on which who is alive is known to be alive.
        solver: what solves the cohort.
        seed: of the solver, where none is given; the solved cohort comes from it.
    """

    study: Text
    country: Text
    locale: Text
    sites: int
    cut_off: date
    solver: Literal["prrt"]
    seed: int = 1


def read_design(study: Path) -> Design:
    """Return the design of a study's synthetic cohort.

    Args:
        study: the folder of the study.

    Raises:
        DataError: the study has none.
        RuleError: the file cannot be used.
    """
    path = study / FOLDER / FILE
    if not path.is_file():
        raise DataError(
            f"the study {study.name} has no {FOLDER}/{FILE}, so nothing can be generated for it"
        )
    document = read_yaml(path, f"{study.name}/{FOLDER}/{FILE}")

    def place(steps: tuple[object, ...], key: bool) -> str:
        return document.place_key(steps) if key else document.place(steps)

    found, problems = find_problems(Design, document.data, place)
    if problems:
        raise RuleError(in_file_order(problems))
    design: Design = found
    return design
