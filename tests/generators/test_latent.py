"""The solved cohort is read as it was written, and refused when somebody changed it."""

from datetime import date

import pytest

from oncorules.analysis.published.read import find_study
from oncorules.errors import DataError
from oncorules.generators.latent import FOLDER, SUBJECTS, read_cohort, write_cohort

SUBJECT = {"SUBJID": "001", "SEX": "M", "AGEDAYS": "20000", "PRIMARY": "MIDGUT", "END": "900",
           "DIED": "Y", "NOSALVAG": "", "MYELOID": "MDS", "MYELOIDDAY": "700", "FROM": "2005-01-01",
           "TO": "2006-01-01"}  # fmt: skip
COURSE = {"SUBJID": "001", "EPOCH": "I-PRRT", "START": "0", "DOSE": "29.6", "BESTRESP": "PR",
          "PFS": "800", "PFSBY": "RECIST", "UPTAKE": "3", "CGA": "400", "ALP": "", "HGBGR": "1",
          "WBCGR": "0", "PLATGR": "3", "CREATGR": "0", "REDREASN": "", "RESP3M": ""}  # fmt: skip


def test_a_cohort_is_read_as_it_was_written(tmp_path):
    write_cohort([SUBJECT], [COURSE], tmp_path / FOLDER)
    (subject,) = read_cohort(tmp_path)
    (course,) = subject.courses
    assert (subject.number, subject.died, subject.ends) == ("001", True, 900)
    assert subject.begins == (date(2005, 1, 1), date(2006, 1, 1))
    assert subject.myeloid == ("MDS", 700)
    assert (course.cycles, course.dose, course.best, course.ends) == (4, 29.6, "PR", 800)
    assert course.findings == {"UPTAKE": "3"}
    assert course.markers == {"CGA": 400}
    assert course.grades == {"HGB": 1, "WBC": 0, "PLAT": 3, "CREAT": 0}


@pytest.mark.parametrize(("dose", "cycles"), [("3.7", 1), ("7.4", 1), ("14.8", 2), ("16.2", 2)])
def test_a_retreatment_has_one_cycle_or_two(tmp_path, dose, cycles):
    write_cohort([SUBJECT], [COURSE | {"EPOCH": "R-PRRT", "DOSE": dose}], tmp_path / FOLDER)
    assert read_cohort(tmp_path)[0].courses[0].cycles == cycles


def test_a_cohort_changed_by_hand_is_refused(tmp_path):
    write_cohort([SUBJECT], [COURSE], tmp_path / FOLDER)
    file = tmp_path / FOLDER / SUBJECTS
    file.write_text(file.read_text().replace("900", "901"))
    with pytest.raises(DataError, match="was changed by hand"):
        read_cohort(tmp_path)


def test_a_study_without_a_cohort_is_told_so(tmp_path):
    with pytest.raises(DataError, match=r"has no synthetic/subjects\.csv, so no twin can be made"):
        read_cohort(tmp_path)


def test_times_of_the_shipped_cohort_can_be_a_life():
    for subject in read_cohort(find_study("van-der-zwan-2018")):
        assert subject.begins[0] <= subject.begins[1]
        for course, following in zip(subject.courses, [*subject.courses[1:], None], strict=True):
            until = subject.ends if following is None else following.start
            assert 0 < course.ends <= until - course.start, subject.number
            if course.ends_by == "DEATH":
                assert subject.died
                assert course.start + course.ends == subject.ends
