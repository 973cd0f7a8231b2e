"""How findings stand: new, known, reopened; and which of them make a run fail."""

from __future__ import annotations

from datetime import date

import pytest

from oncorules.validation.known import Known
from oncorules.validation.known_file import KnownLine, write_known
from oncorules.validation.standing import state_of

DAY = date(2024, 3, 1)
AE = """
USUBJID | AESEQ | AESEV
A       | 1     | SEVERE
B       | 1     | SEVERE
C       | 1     | MILD
"""
RULES = (
    "applies_to: {table: AE}\ncondition: AESEV <> 'SEVERE'",
    "severity: notice\napplies_to: {table: AE}\ncondition: AESEV <> 'MILD'",
)


@pytest.fixture
def run(desk):
    def run(export: str = AE, **options):
        return desk.run(desk.export(AE=export), desk.pack(*RULES), date=DAY, **options)

    return run


@pytest.fixture
def known(run, tmp_path):
    """A file in which some findings of the run stand in some state."""

    def known(*subjects: str, rule: str = "R1", state: str = "accepted", **given):
        lines = {}
        for one in run().findings.rows():
            if one.subject in subjects and one.rule_id == "R1":
                what = Known(state, **{"values_id": one.values_id, **given})
                lines[one.finding_id] = KnownLine(rule, one.subject, what)
        write_known(tmp_path / "known.csv", lines)
        return tmp_path / "known.csv"

    return known


def states(result) -> dict[str, str]:
    """The states of R1's findings by subject."""
    return {
        one.subject: result.standing.of(one.finding_id).state
        for one in result.findings.rows()
        if one.rule_id == "R1"
    }


def test_without_a_file_every_finding_is_new(run):
    result = run()
    assert states(result) == {"A": "new", "B": "new"}
    assert result.standing.by_state(result.findings.count) == {"new": 3}
    assert result.exit_code() == 1


def test_what_the_file_says_holds_and_the_rest_is_new(run, known):
    assert states(run(known=known("A", state="sent", owner="kim"))) == {"A": "sent", "B": "new"}


@pytest.mark.parametrize("state", ["open", "sent", "answered"])
def test_only_what_is_accepted_does_not_fail(run, known, state):
    assert run(known=known("A", "B", state=state)).exit_code() == 1
    assert run(known=known("A")).exit_code() == 1
    assert run(known=known("A", "B")).exit_code() == 0
    assert run(known=known("A", "B")).exit_code("notice") == 1


def test_an_acceptance_of_other_values_is_reopened(run, known):
    result = run(known=known("A", "B", values_id="0" * 16))
    assert states(result) == {"A": "reopened", "B": "reopened"}
    assert result.exit_code() == 1


def test_an_acceptance_holds_through_its_last_day(run, known):
    assert states(run(known=known("A", expires=DAY)))["A"] == "accepted"
    assert states(run(known=known("A", expires=date(2024, 2, 29))))["A"] == "reopened"


def test_only_acceptances_expire():
    assert state_of(Known("sent", expires=date(2020, 1, 1)), "x", DAY) == "sent"


def test_what_has_no_place_in_the_run_is_noted(run, known):
    (note,) = run(known=known("A", "B", rule="R11")).standing.notes
    assert note.endswith('known.csv:2 and 1 more: this run has no rule "R11"; did you mean "R1"?')
    (note,) = run(export=AE.replace("SEVERE", "MILD"), known=known("A", "B")).standing.notes
    assert note.endswith("known.csv: 2 of 2 known findings are not in this run")


def test_a_finding_under_the_name_of_another_rule_stays_new(run, known):
    assert states(run(known=known("A", rule="R2"))) == {"A": "new", "B": "new"}


@pytest.fixture
def earlier(run, tmp_path):
    """A run before: A only."""
    run(AE.replace("B       | 1     | SEVERE", "B       | 1     | MODERATE")).write(tmp_path / "r")
    return tmp_path / "r"


def test_against_a_baseline_only_what_is_new_fails(run, earlier):
    result = run(baseline=earlier)
    assert states(result) == {"A": "open", "B": "new"}
    first = {one.subject: result.standing.of(one.finding_id).first_seen for one in
             result.findings.rows() if one.rule_id == "R1"}  # fmt: skip
    assert first == {"A": DAY, "B": None}
    assert result.exit_code() == 1
    assert run(AE.replace("B ", "C "), baseline=earlier).exit_code() == 1
    only_a = "\n".join(AE.splitlines()[:3])
    assert run(only_a, baseline=earlier).exit_code() == 0


def test_against_a_baseline_a_reopened_one_fails_too(run, known, earlier):
    only_a = "\n".join(AE.splitlines()[:3])
    known_a = known("A", values_id="0" * 16)
    assert run(only_a, baseline=earlier, known=known_a).exit_code() == 1
    assert run(only_a, baseline=earlier, known=known("A", state="sent")).exit_code() == 0


def test_a_rule_that_did_not_run_before_either_does_not_fail_against_a_baseline(desk, tmp_path):
    export = desk.export(AE=AE)
    pack = desk.pack(
        "applies_to: {table: AE}\nlookups:\n  d: {from: DM, take: only}\ncondition: d.AGE > 1"
    )
    first = desk.run(export, pack)
    assert first.exit_code() == 1
    first.write(tmp_path / "r")
    assert desk.run(export, pack, baseline=tmp_path / "r").exit_code() == 0


def test_first_seen_is_handed_on_from_run_to_run(run, desk, tmp_path, earlier):
    second = desk.run(
        desk.export(AE=AE), desk.pack(*RULES), date=date(2024, 3, 8), baseline=earlier
    )
    second.write(tmp_path / "r2")
    third = desk.run(
        desk.export(AE=AE), desk.pack(*RULES), date=date(2024, 3, 15), baseline=tmp_path / "r2"
    )
    first = {one.first_seen for one in third.standing.known.values()}
    assert first == {DAY, date(2024, 3, 8)}


def test_the_files_and_the_answer_have_state_and_owner(run, known, tmp_path):
    import pyarrow.parquet as pq

    path = known("A", state="sent", owner="kim", explanation="=1+1", first_seen=date(2024, 2, 1))
    result = run(known=path)
    result.write(tmp_path / "out")
    table = pq.read_table(tmp_path / "out" / "findings.parquet").to_pylist()
    told = [(r["state"], r["owner"], r["explanation"], r["first_seen"]) for r in table]
    assert told == [("sent", "kim", "=1+1", "2024-02-01"), *[("new", None, None, None)] * 2]
    assert "'=1+1" in (tmp_path / "out" / "findings.csv").read_text()
    assert [one["state"] for one in result.as_json()["findings"]] == ["sent", "new", "new"]
