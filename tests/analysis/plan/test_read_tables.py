"""A plan of tables names what the paper prints; what it does not is refused, with its line."""

from __future__ import annotations

import pytest

from oncorules.analysis.plan.read import read_plan
from oncorules.analysis.published.read import read_published
from oncorules.errors import RuleError

from ..published.papers import write_paper

PLAN = """\
tables:
  table-1:
    of: ADSL
    columns:
      t: {where: {ARM: T}}
      c: {where: {ARM: C}}
    blocks:
      sex:
        by: SEX
        rows:
          male: M
          female: F
"""


def problems(folder, old: str, new: str) -> list[str]:
    """Return what is said of the plan after a change of it."""
    assert old in PLAN
    study = write_paper(folder, analyses=PLAN.replace(old, new))
    with pytest.raises(RuleError) as raised:
        read_plan(str(study), read_published(study))
    return [str(problem) for problem in raised.value.problems]


def test_each_cell_of_a_planned_table_is_an_analysis(tmp_path):
    study = write_paper(tmp_path, analyses=PLAN)
    plan = read_plan(str(study), read_published(study))
    assert list(plan.analyses) == [
        f"table-1.sex.{row}.{arm}" for row in ("male", "female") for arm in "tc"
    ]
    assert plan.derived_tables == {"ADSL"}


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("table-1:", "table-2:", "2:3", 'table "table-2"; did you mean "table-1"?'),
        ("      c:", "      see:", "6:7", 'column "see"'),
        ("      sex:", "      sexx:", "8:7", 'block "sexx"; did you mean "sex"?'),
        ("          male:", "          mal:", "11:11", 'row "mal"; did you mean "male"?'),
        ("          male:", "          t:", "11:11", 'row "t"'),
    ],
)
def test_a_name_that_is_not_printed_is_refused(tmp_path, old, new, place, message):
    assert problems(tmp_path, old, new) == [
        f"small/published/analyses.yaml:{place}: the paper prints no {message}"
    ]


def test_all_wrong_names_come_together_in_the_order_of_the_file(tmp_path):
    found = problems(
        tmp_path, "      c: {where: {ARM: C}}\n    blocks:\n      sex:",
        "      d: {}\n    blocks:\n      pf: {rows: {}}\n      sex:",
    )  # fmt: skip
    assert [one.split(": ", 1)[0].rsplit(":", 2)[1:] for one in found] == [["6", "7"], ["8", "7"]]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("by: SEX", "bye: SEX", 'did you mean "by"?'),
        ("of: ADSL", "of: [ADSL]", "3:5: expected a text, found a list"),
        (
            "          male: M",
            "          male: {having: {SEX: {a: 1}}}",
            "11:27: expected a list, found a mapping",
        ),
    ],
)
def test_a_key_or_value_of_another_form_is_refused_with_its_line(tmp_path, old, new, words):
    found = problems(tmp_path, old, new)
    assert all(one.startswith("small/published/analyses.yaml:") for one in found)
    assert words in "\n".join(found)
