"""The analysis of a table's cell, from what its table, column, block and row say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oncorules.analysis.plan.cells import cell_analyses
from oncorules.analysis.plan.model import Analysis, PlannedTable
from oncorules.analysis.published.read import read_published

from ..published.papers import write_paper

COLUMNS = {"t": {"where": {"ARM": "T"}}, "c": {"where": {"ARM": "C"}}}
SEX = {"by": "SEX", "rows": {"male": "M", "female": ["F", "U"]}}


def analyses(folder: Path, *changes: tuple[str, str], **planned: Any) -> dict[str, Analysis]:
    """Return the analyses of the small paper's table; its plan is that of `planned`."""
    table = read_published(write_paper(folder, *changes)).tables["table-1"]
    plan = PlannedTable.model_validate({"of": "ADSL", "columns": COLUMNS, **planned})
    return dict(cell_analyses(table, plan))


def plain(analysis: Analysis) -> dict[str, Any]:
    """Return what an analysis says, without what it leaves to the usual."""
    return analysis.model_dump(exclude_defaults=True)


def test_a_count_is_of_the_group_and_has_the_value_of_its_row(tmp_path):
    found = analyses(tmp_path, blocks={"sex": SEX})
    assert list(found) == [f"table-1.sex.{row}.{arm}" for row in ("male", "female") for arm in "tc"]
    assert plain(found["table-1.sex.female.c"]) == {
        "count": {"of": "ADSL", "where": {"ARM": ("C",)}, "having": {"SEX": ("F", "U")}}
    }


@pytest.mark.parametrize("unknown", ["in", "out"])
def test_the_denominator_is_that_of_the_block(tmp_path, unknown):
    found = analyses(tmp_path, blocks={"sex": {**SEX, "unknown": unknown}})
    assert {one.count.unknown for one in found.values() if one.count} == {unknown}


def test_a_missing_value_can_be_counted(tmp_path):
    found = analyses(tmp_path, blocks={"sex": {"by": "SEX", "rows": {"male": None}}})
    assert plain(found["table-1.sex.male.t"])["count"]["having"] == {"SEX": (None,)}


def test_what_stands_further_inside_wins(tmp_path):
    rows = {"male": {"of": "ADROW", "where": {"ARM": "row"}}, "female": "F"}
    found = analyses(
        tmp_path, of="ADTABLE", where={"ARM": "table", "SITE": 1},
        blocks={"sex": {"of": "ADBLOCK", "where": {"SITE": 2}, "by": "SEX", "rows": rows}},
    )  # fmt: skip
    told = {name[12:]: (plain(one)["count"]["of"], plain(one)["count"]["where"])
            for name, one in found.items()}  # fmt: skip
    assert told == {
        "male.t": ("ADROW", {"ARM": ("row",), "SITE": (2,)}),
        "male.c": ("ADROW", {"ARM": ("row",), "SITE": (2,)}),
        "female.t": ("ADBLOCK", {"ARM": ("T",), "SITE": (2,)}),
        "female.c": ("ADBLOCK", {"ARM": ("C",), "SITE": (2,)}),
    }


def test_a_median_of_times_is_a_survival_and_its_p_value_a_log_rank_test(tmp_path):
    found = analyses(tmp_path, interval="spss", blocks={"pfs": {"rows": {"all": {}}}})
    assert plain(found["table-1.pfs.all.t"]) == {
        "survival": {"of": "ADSL", "where": {"ARM": ("T",)}, "interval": "spss"}
    }
    assert plain(found["table-1.pfs.all.p"]) == {
        "log_rank": {"between": {
            "t": {"of": "ADSL", "where": {"ARM": ("T",)}},
            "c": {"of": "ADSL", "where": {"ARM": ("C",)}},
        }}
    }  # fmt: skip


def test_the_value_of_a_row_is_the_group_where_nothing_is_counted(tmp_path):
    found = analyses(tmp_path, interval="log", blocks={"pfs": {"by": "SITE", "rows": {"all": 7}}})
    assert plain(found["table-1.pfs.all.t"])["survival"]["where"] == {"ARM": ("T",), "SITE": (7,)}


def test_a_follow_up_takes_censoring_for_the_event(tmp_path):
    found = analyses(
        tmp_path, interval="spss", blocks={"pfs": {"reverse": True, "rows": {"all": {}}}}
    )
    assert plain(found["table-1.pfs.all.c"])["survival"]["reverse"] is True


@pytest.mark.parametrize("words", ["median (range)", "median (Q1-Q3)"])
def test_a_median_of_values_describes_a_column(tmp_path, words):
    found = analyses(
        tmp_path, ("cells: median (95% CI)\n    test: log-rank", f"cells: {words}"),
        ('"7.5 (5.0-10.0)", "0.30"', '"7.5 (5.0-10.0)", ""'),
        blocks={"pfs": {"column": "AGE", "quartiles": "r7", "rows": {"all": {}}}},
    )  # fmt: skip
    assert plain(found["table-1.pfs.all.t"]) == {
        "spread": {"of": "ADSL", "where": {"ARM": ("T",)}, "column": "AGE", "quartiles": "r7"}
    }


@pytest.mark.parametrize(
    "planned",
    [
        {"of": None, "blocks": {"sex": SEX}},
        {"blocks": {}},
        {"blocks": {"sex": {"by": "SEX", "rows": {}}}},
        {"blocks": {"pfs": {"rows": {"all": {}}}}},
    ],
)
def test_a_cell_of_which_too_little_is_said_has_no_analysis(tmp_path, planned):
    assert set(analyses(tmp_path, **planned)) <= {"table-1.pfs.all.p"}
