"""Values speak for or against what a column is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.data.export import read_export
from oncorules.data.model import standard_model
from oncorules.rules.starting.evidence import Judged, judge
from oncorules.rules.starting.forms import Field


@pytest.fixture
def judged(tmp_path: Path):
    """Judge values as a column of the table model, `TABLE.COLUMN`."""

    def judged(wanted: str, *values: str, style: str = "", **choices: str) -> Judged:
        text = "x;y\n" + "".join(f"{value};1\n" for value in values)
        (tmp_path / "form.csv").write_text(text, "utf-8")
        [table] = read_export(tmp_path).tables.values()
        name, column = wanted.split(".")
        model = standard_model()
        own = Field("x", choices={code.strip("_"): one for code, one in choices.items()})
        return judge(table.parts[0], own, model.tables[name].columns[column], model, style)

    return judged


def test_iso_dates_partial_ones_included_are_sure(judged) -> None:
    assert judged("AE.AESTDTC", "2024", "2024-02-03T10:30").sure


def test_a_text_among_dates_is_not_sure_and_is_named(judged) -> None:
    found = judged("AE.AESTDTC", "2024-02-03", "soon")
    assert (found.sure, found.why) == (False, '"soon" is no date')


def test_the_same_date_is_sure_where_castor_wrote_it(judged) -> None:
    assert not judged("AE.AESTDTC", "01-02-2024").sure
    assert judged("AE.AESTDTC", "01-02-2024", style="Castor").column.date == "DD-MM-YYYY"


def test_dates_in_either_order_are_not_sure(judged) -> None:
    assert not judged("AE.AESTDTC", "13-02-2024", "02-13-2024").sure


def test_a_number_with_a_sign_before_it_is_not_sure(judged) -> None:
    assert judged("DM.AGE", "54", "60.5").sure
    assert judged("DM.AGE", "54", ">89").why == '">89" is no number'


def test_values_of_the_code_list_need_no_codes(judged) -> None:
    found = judged("DM.SEX", "F", "M")
    assert (found.sure, found.column.codes) == (True, {})


def test_one_value_without_a_meaning_makes_a_column_unsure(judged) -> None:
    found = judged("AE.AESER", "Ja", "misschien")
    assert not found.sure
    assert found.column.codes == {"Ja": "Y"}


def test_a_dictionary_that_only_repeats_its_codes_leaves_them(judged) -> None:
    assert judged("AE.AETOXGR", "3", _1="Grade 1", _3="Grade 3").column.codes == {}
