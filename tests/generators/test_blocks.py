"""A sampled subject is the same whatever the number of subjects, the part or the thread."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from oncorules.errors import CallError, OutputError
from oncorules.generators import blocks, parts
from oncorules.generators.blocks import sampler
from oncorules.generators.cohort import day_number
from oncorules.generators.design import find_designed
from oncorules.generators.generate import generate

STUDY = "van-der-zwan-2018"


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of 64 subjects, two in a part: what is true of small ones is true of large ones."""
    monkeypatch.setattr(blocks, "BLOCK", 64)
    monkeypatch.setattr(parts, "BLOCK", 64)
    monkeypatch.setattr("oncorules.generators.generate.BLOCK", 64)
    monkeypatch.setattr(parts, "BLOCKS", 2)


def rows(folder, table):
    """Return the rows of a table in one file or in parts."""
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


@pytest.mark.parametrize("few", [1, 63, 64, 65, 128, 130])
def test_a_smaller_cohort_is_the_beginning_of_a_larger_one(small_blocks, tmp_path, few):
    many = generate(STUDY, tmp_path / "many", subjects=200)
    generate(STUDY, tmp_path / "few", subjects=few)
    assert {name: count for name, _, count in many.tables}["DM"] == 200
    for table in ("dm", "ex", "tr", "lb", "ds"):
        whole = rows(tmp_path / "many", table)
        part = rows(tmp_path / "few", table)
        assert part == whole[: len(part)]
        kept = {row["USUBJID"] for row in part}
        assert all(row["USUBJID"] not in kept for row in whole[len(part) :])
    assert len(rows(tmp_path / "few", "dm")) == few


def test_who_is_assigned_is_who_is_written(small_blocks, tmp_path):
    generate(STUDY, tmp_path / "export", subjects=150)
    generate(STUDY, tmp_path / "assigned", subjects=150, visits=False)
    sexes = {row["SUBJID"]: row["SEX"] for row in rows(tmp_path / "export", "dm")}
    assigned = rows(tmp_path / "assigned", "subjects")
    assert {row["SUBJID"]: row["SEX"] for row in assigned} == sexes
    doses = {}
    for row in rows(tmp_path / "export", "ex"):
        key = row["USUBJID"][-8:], row["EPOCH"]
        doses[key] = round(doses.get(key, 0) + row["EXDOSE"], 1)
    courses = rows(tmp_path / "assigned", "courses")
    assert {(row["SUBJID"], row["EPOCH"]): row["DOSE"] for row in courses} == doses


def test_another_seed_draws_other_subjects(tmp_path):
    folder = find_designed(STUDY)
    ends = [sampler(folder, seed).cohort(0).ends.tolist() for seed in (1, 2, 1)]
    assert ends[0] == ends[2]
    assert ends[0] != ends[1]


def test_times_keep_their_order_and_end_before_the_cut_off():
    draws = sampler(find_designed(STUDY), 4)
    cohort = draws.cohort(0)
    courses = cohort.courses
    assert (courses.ends >= 0).all()
    assert (courses.start + courses.ends <= cohort.until).all()
    assert (cohort.until <= cohort.ends[courses.subject]).all()
    assert (cohort.earliest <= cohort.latest).all()
    cut_off = day_number(date(2017, 1, 1))
    assert (cohort.latest + cohort.ends <= cut_off).all()
    assert (cohort.latest + cohort.ends == cut_off).mean() > 0.2


def test_what_hangs_on_a_wall_stays_on_its_side():
    cohort = sampler(find_designed(STUDY), 4).cohort(0)
    courses = cohort.courses
    first = courses.epoch.among("I-PRRT")
    again = cohort.kind.among("retreated")[courses.subject]
    assert courses.ends[first & again].min() >= 548
    short = cohort.kind.among("excluded")[courses.subject]
    assert courses.ends[first & short].max() < 548
    progressed = courses.epoch.among("R-PRRT") & courses.best.among("PD")
    assert courses.ends[progressed].max() <= 170


@pytest.mark.parametrize("subjects", [0, -1])
def test_no_subjects_are_no_cohort(tmp_path, subjects):
    with pytest.raises(CallError, match="are no cohort; give at least 1 with --subjects"):
        generate(STUDY, tmp_path / "out", subjects=subjects)
    assert not (tmp_path / "out").exists()


def test_one_subject_is_a_cohort(tmp_path):
    made = generate(STUDY, tmp_path / "out", subjects=1)
    assert {name: count for name, _, count in made.tables}["DM"] == 1


def test_a_large_cohort_is_parquet_only(small_blocks, tmp_path):
    with pytest.raises(CallError, match="65 subjects are written as Parquet; csv is for 64 at"):
        generate(STUDY, tmp_path / "out", subjects=65, as_="csv")
    generate(STUDY, tmp_path / "csv", subjects=64, as_="csv")
    assert len((tmp_path / "csv" / "dm.csv").read_text().splitlines()) == 65


def test_a_twin_takes_no_number_of_subjects(tmp_path):
    with pytest.raises(CallError, match="use --mode sampled"):
        generate(STUDY, tmp_path / "out", mode="twin", subjects=10)


def test_a_disk_that_fills_half_way_leaves_nothing(small_blocks, tmp_path, monkeypatch):
    written = []

    def fills(file, table):
        if len(written) == 30:
            raise OSError(28, "No space left on device")
        written.append(table)
        return real(file, table)

    real = parts._writer
    monkeypatch.setattr(parts, "_writer", fills)
    with pytest.raises(OutputError, match="No space left"):
        generate(STUDY, tmp_path / "there" / "out", subjects=1000)
    assert list((tmp_path / "there").iterdir()) == []
