"""How many subjects an export holds."""

from __future__ import annotations

import pytest

from oncorules.data.export import read_export
from oncorules.rules.session import open_session
from oncorules.validation.subjects import count_subjects


@pytest.fixture
def counted(desk):
    def count(**tables: str) -> dict[str, int]:
        pack = desk.pack("applies_to: {table: AE}\ncondition: AESEQ > 0")
        with open_session(read_export(desk.export(**tables)), [pack], jobs=1) as session:
            return count_subjects(session)

    return count


def test_subjects_are_counted_once_per_table_and_once_in_all(counted):
    assert counted(
        AE="USUBJID | AESEQ\nA | 1\nA | 2\nB | 1",
        DM="USUBJID | AGE\nB | 1\nC | 1",
        TA="ARMCD\nX",
    ) == {"AE": 2, "DM": 2, "": 3}


def test_a_missing_subject_is_nobody(counted):
    assert counted(AE="USUBJID | AESEQ\n. | 1\nA | 2") == {"AE": 1, "": 1}


def test_a_table_without_rows_has_no_subjects(counted):
    assert counted(AE="USUBJID | AESEQ") == {"AE": 0, "": 0}


def test_an_export_without_the_column_says_nothing(counted):
    assert counted(TA="ARMCD\nX") == {}


def test_a_number_as_subject_is_the_same_subject_as_its_text(counted):
    assert counted(AE="USUBJID | AESEQ\n101 | 1", OWN="USUBJID | X\n101 | 1\n102 | 1") == {
        "AE": 1,
        "OWN": 2,
        "": 2,
    }
