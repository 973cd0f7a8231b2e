"""The page of published figures explains every word that the files of a study may hold."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from oncorules.analysis.agreement.compare import VERDICTS
from oncorules.analysis.plan import drawn
from oncorules.analysis.plan import model as plan
from oncorules.analysis.published import model as published
from oncorules.analysis.published.cells import ROLES

PAGE = (Path(__file__).parents[2] / "docs/published-figures.md").read_text("utf-8")
PARTS: list[type[BaseModel]] = [
    one
    for module in (published, plan, drawn)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, BaseModel) and one.__module__ == module.__name__
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.__module__}.{part.__name__}")
def test_every_key_of_the_files_is_explained(part: type[BaseModel]) -> None:
    keys = [field.alias or name for name, field in part.model_fields.items()]
    assert [key for key in keys if not re.search(rf"`{key}`|\b{key}:", PAGE)] == []


def test_every_pattern_of_cells_is_shown_with_its_numbers() -> None:
    (below,) = re.findall(r"^\| cells \| numbers by name \|\n((?:^\|.*\n)+)", PAGE, re.MULTILINE)
    named = {}
    for line in below.splitlines()[1:]:
        patterns, numbers, *_ = line.strip("|").split("|")
        for pattern in re.findall(r"`([^`]+)`", patterns):
            named[pattern] = tuple(re.findall(r"`([^`]+)`", numbers.partition(";")[0]))
    assert named == ROLES


def test_every_verdict_and_every_word_that_is_chosen_is_named() -> None:
    words = [*VERDICTS, *get_args(published.Reading), *get_args(published.Test)]
    words += [f"{{{name}}}" for name in published.TEMPLATE_NAMES]
    for part in (plan.Survival, plan.Regression, plan.Spread, plan.Count, plan.Comparison):
        for field in part.model_fields.values():
            words += [one for one in get_args(field.annotation) if isinstance(one, str)]
    assert [word for word in words if f"`{word}`" not in PAGE] == []
