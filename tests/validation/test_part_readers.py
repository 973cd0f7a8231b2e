"""What reads the parts of an explanation from a row of answers."""

from __future__ import annotations

from oncorules.validation.part_readers import (
    ClauseReader,
    ColumnReader,
    LookupReader,
    ValueReader,
)
from oncorules.validation.questions import Reader

ROW = ["7.5", None, "mmol/L", False, 2, True, "A", 0, 12]


def test_a_value_has_the_unit_of_its_row_or_that_of_the_rule():
    assert str(ValueReader("LBSTRESN", Reader(0), Reader(2))(ROW)) == "LBSTRESN = 7.5 mmol/L"
    assert str(ValueReader("AGE", Reader(0), "year")(ROW)) == "AGE = 7.5 year"


def test_a_clause_is_unknown_where_its_answer_is_missing():
    leaf = ClauseReader("a > 1", Reader(1), (ValueReader("a", Reader(1), None),), ())
    whole = ClauseReader("and", Reader(3), (), (leaf,))
    told = whole(ROW)
    assert (told.truth, told.parts[0].truth) == ("false", "unknown")
    assert [clause.text for clause in whole.walk()] == ["and", "a > 1"]


def test_a_column_tells_the_line_that_decided_it():
    column = ColumnReader("size", Reader(0), Reader(4), "line {}".format, None)
    assert column(ROW).line == "line 2"
    assert column.line(None) == "line 0"


def test_a_look_up_tells_the_place_and_key_of_what_it_found():
    def found(*numbers: int) -> str:
        places = [Reader(place) for place in numbers]
        key = {"USUBJID": Reader(6)}
        return str(LookupReader("who", "DM", Reader(5), key, places, ["dm.csv"])(ROW))

    assert found(7, 8) == "who: DM, dm.csv:12 (USUBJID A)"
    assert found() == "who: DM (USUBJID A)"
    assert found(7, 1) == "who: several rows of DM (USUBJID A)"
