from pathlib import Path

import pytest

from oncorules.errors import DataError
from oncorules.rules.deriving.unreadable import refuse_unreadable
from oncorules.rules.session import open_session


def refuse(folder: Path, text: str, **columns: set[str]) -> None:
    (folder / "lb.csv").write_text(text, "utf-8")
    with open_session(folder, ["sdtm"], jobs=1) as session:
        refuse_unreadable(session, columns)


def test_cells_that_are_read_and_unreadable_are_counted(tmp_path: Path) -> None:
    text = "USUBJID,LBSTRESN,LBDTC\nA,5,2020-01-01\nA,<5,2020-02-30\nA,>9,\n"
    with pytest.raises(DataError) as caught:
        refuse(tmp_path, text, LB={"USUBJID", "LBSTRESN", "LBDTC"})
    assert str(caught.value) == (
        'lb.csv:2: LBDTC of table LB holds "2020-02-30", where a date was expected, and 2 more '
        "cells are unreadable; oncorules validate lists them all"
    )


def test_missing_values_and_parts_of_dates_are_no_fault(tmp_path: Path) -> None:
    text = "USUBJID,LBSTRESN,LBDTC\nA,,2020\nA,1e2,2020-02\n"
    refuse(tmp_path, text, LB={"LBSTRESN", "LBDTC"})


def test_tables_and_columns_that_are_not_there_are_passed_over(tmp_path: Path) -> None:
    refuse(tmp_path, "USUBJID,LBSTRESN\nA,x\n", LB={"LBSTNRHI"}, VS={"VSSTRESN"})


def test_a_table_without_rows_has_no_unreadable_cell(tmp_path: Path) -> None:
    refuse(tmp_path, "USUBJID,LBSTRESN,LBDTC\n", LB={"LBSTRESN", "LBDTC"})
