"""The file of known findings after a run."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from tests.validation.run_folders import Found, Ruled, write_run

from oncorules.validation.known import Known
from oncorules.validation.known_file import KnownLine
from oncorules.validation.known_update import update_known
from oncorules.validation.run_folder import read_run

A, B = Found("R1", "A"), Found("R1", None)
VALUES, OTHER = sha256(b"1").hexdigest()[:16], "0" * 16


@pytest.fixture
def run(tmp_path):
    return read_run(write_run(tmp_path / "r", [A, B], {"R1": Ruled()}, day="2024-03-08"))


def line(**given) -> KnownLine:
    return KnownLine("R1", "A", Known(**{"state": "open", "values_id": OTHER, **given}), 7)


def test_what_the_file_does_not_have_is_added_as_open_on_the_day_of_the_run(run):
    update = update_known({}, run)
    known = Known("open", values_id=VALUES, first_seen=date(2024, 3, 8))
    assert update.lines == {
        A.finding_id: KnownLine("R1", "A", known),
        B.finding_id: KnownLine("R1", "", known),
    }
    assert (update.added, update.reopened, update.kept, update.gone) == (2, 0, 0, 0)


def test_a_second_time_nothing_changes(run):
    once = update_known({}, run)
    twice = update_known(once.lines, run)
    assert twice.lines == once.lines
    assert (twice.added, twice.kept) == (0, 2)


def test_what_a_person_wrote_is_kept_and_the_values_follow(run):
    before = line(state="sent", owner="kim", explanation="asked", first_seen=date(2024, 3, 1))
    after = update_known({A.finding_id: before}, run).lines[A.finding_id]
    assert after.known == Known("sent", "kim", "asked", None, VALUES, date(2024, 3, 1))


@pytest.mark.parametrize(
    "given", [{"values_id": OTHER}, {"values_id": VALUES, "expires": date(2024, 3, 7)}]
)
def test_an_acceptance_that_no_longer_holds_is_open_again(run, given):
    before = line(state="accepted", owner="kim", explanation="so it is", **given)
    update = update_known({A.finding_id: before}, run)
    after = update.lines[A.finding_id].known
    assert (after.state, after.values_id) == ("open", VALUES)
    assert (after.owner, after.explanation) == ("kim", "so it is")
    assert (update.reopened, update.kept) == (1, 0)


def test_an_acceptance_that_holds_stays(run):
    before = line(state="accepted", values_id=VALUES, expires=date(2024, 3, 8))
    assert update_known({A.finding_id: before}, run).lines[A.finding_id] == before


def test_a_finding_that_is_gone_stays_in_the_file(run):
    update = update_known({"f" * 16: line(state="answered")}, run)
    assert update.lines["f" * 16] == line(state="answered")
    assert update.gone == 1
