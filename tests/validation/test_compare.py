"""Two runs compared: every finding comes to one thing, for one reason."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validation.run_folders import Found, Ruled, write_run

from oncorules.errors import CallError
from oncorules.validation.compare import compare_runs

RULES = ("R1", "R2", "R3")
SUBJECTS = ("A", "B", "C")
UNSURE = "data changed or undecided"


@st.composite
def runs(draw) -> dict:
    """A run of up to three rules on up to three subjects; findings only where rules ran."""
    rules = {
        name: draw(
            st.builds(
                Ruled,
                st.sampled_from(["d1", "d2"]),
                st.sampled_from(["met", "not run", "not evaluable", "broken"]),
                not_evaluable=st.integers(0, 2),
            )
        )
        for name in draw(st.lists(st.sampled_from(RULES), unique=True))
    }
    subjects = draw(st.lists(st.sampled_from(SUBJECTS), unique=True))
    ran = [name for name, one in rules.items() if one.status == "met"]
    pairs = [(rule, subject) for rule in ran for subject in (*subjects, None)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    found = [
        Found(
            *pair,
            draw(st.sampled_from("12")),
            draw(st.sampled_from(["new", "open", "accepted", "reopened"])),
        )
        for pair in chosen
    ]
    return {"found": found, "rules": rules, "subjects": tuple(subjects)}


def by_hand(before: dict, after: dict) -> Counter[str]:
    """The same answer, finding after finding."""
    old = {one.finding_id: one for one in before["found"]}
    new = {one.finding_id: one for one in after["found"]}
    counts = Counter[str]()
    for name in old.keys() | new.keys():
        was, now = old.get(name), new.get(name)
        if now is None:
            rule = after["rules"].get(was.rule)
            saw = rule is not None and rule.status == "met"
            saw = saw and (was.subject is None or was.subject in after["subjects"])
            counts["resolved" if saw else "not seen"] += 1
        elif _reopened(was, now):
            counts["reopened"] += 1
        else:
            counts["new" if was is None else "persisting"] += 1
    return counts


def _reopened(was: Found | None, now: Found) -> bool:
    if now.state == "reopened":
        return was is None or was.state != "reopened"
    accepted = was is not None and was.state == "accepted"
    return accepted and now.state != "accepted" and was.values != now.values


@settings(max_examples=80, deadline=None)
@given(runs(), runs())
def test_two_runs_are_compared_as_by_hand_and_mirror_each_other(tmp_path_factory, one, two):
    folder = tmp_path_factory.mktemp("runs")
    a, b = write_run(folder / "a", **one), write_run(folder / "b", **two)
    there, back = compare_runs(a, b), compare_runs(b, a)
    assert Counter(there.counts()) == by_hand(one, two)
    assert Counter(back.counts()) == by_hand(two, one)
    ids = {name.finding_id for run in (one, two) for name in run["found"]}
    assert sorted(there.rows["finding_id"]) == sorted(back.rows["finding_id"]) == sorted(ids)
    assert sum(number for _, _, number in there.reasons()) == len(ids)
    assert sum(rule[change] for rule in there.rules() for change in there.counts()) == len(ids)

    def only_second(comparison) -> set[str]:
        return set(comparison.rows.filter(_only("values_before"))["finding_id"])

    def only_first(comparison) -> set[str]:
        return set(comparison.rows.filter(_only("values"))["finding_id"])

    assert only_second(there) == only_first(back)
    assert only_first(there) == only_second(back)


def _only(missing: str):
    import polars as pl

    return pl.col(missing).is_null()


@settings(max_examples=30, deadline=None)
@given(runs())
def test_a_run_compared_with_itself_only_persists(tmp_path_factory, one):
    a = write_run(tmp_path_factory.mktemp("runs") / "a", **one)
    comparison = compare_runs(a, a)
    assert comparison.counts()["persisting"] == len(one["found"]) == len(comparison.rows)
    assert {why for _, why, _ in comparison.reasons()} <= {"nothing changed"}
    assert comparison.exit_code() == 0


@pytest.fixture
def verdict(tmp_path):
    """What became of the finding of R1 for subject A, and why."""

    def verdict(before: Found | None, after: Found | None, first=None, second=None):
        runs = []
        for name, found, options in (("a", before, first), ("b", after, second)):
            whole = {"rules": {"R1": Ruled()}} | (options or {})
            runs.append(write_run(tmp_path / name, [found] if found else [], **whole))
        rows = compare_runs(*runs).rows.select("change", "why").rows()
        assert len(rows) == 1
        return rows[0]

    return verdict


def rules(**given) -> dict:
    return {"rules": {"R1": Ruled(**given)}}


A = Found("R1", "A")
OTHER_VALUES = Found("R1", "A", "2")
ACCEPTED = Found("R1", "A", "1", "accepted")


@pytest.mark.parametrize(
    ("before", "after", "first", "second", "change", "why"),
    [
        (A, A, {}, {}, "persisting", "nothing changed"),
        (A, OTHER_VALUES, {}, {}, "persisting", "data changed"),
        (A, A, {}, rules(digest="d2"), "persisting", "rule changed"),
        (A, A, rules(reading="r1"), rules(reading="r2"), "persisting", "reading changed"),
        (A, None, {}, rules(reading="r2"), "resolved", "reading changed"),
        (None, A, rules(reading="r1"), rules(digest="d2"), "new", "rule changed"),
        (None, A, {}, {}, "new", "data changed"),
        (None, A, rules(digest="d0"), {}, "new", "rule changed"),
        (None, A, rules(status="not run"), {}, "new", "rule did not run"),
        (None, A, {"subjects": ("B",)}, {}, "new", "subject not in the export"),
        (None, A, rules(not_evaluable=1), {}, "new", UNSURE),
        (A, None, {}, {}, "resolved", "data changed"),
        (A, None, {}, rules(digest="d2"), "resolved", "rule changed"),
        (A, None, {}, rules(not_evaluable=1), "resolved", UNSURE),
        (A, None, {}, {"subjects": ("B",)}, "not seen", "subject not in the export"),
        (A, None, {}, {"tables": {"DM": []}}, "not seen", "table not in the export"),
        (A, None, {}, {"tables": {"AE": ["X"]}}, "not seen", "column not in the export"),
        (A, None, {}, rules(status="broken"), "not seen", "rule did not run"),
        (A, None, {}, rules(status="not evaluable"), "not seen", "rule could decide nothing"),
        (A, None, {}, rules(status="no rows in scope", reason="x"), "not seen", "rule did not run"),
        (A, None, {}, rules(status="no rows in scope"), "resolved", "data changed"),
        (A, None, {}, {"rules": {}}, "not seen", "rule not in the packs"),
        (A, None, {}, {"rules": {}, "asked": {"rules": ["R2"], "exclude": [], "structure": "none"}},
         "not seen", "rule not selected"),
        (A, None, {}, {"rules": {}, "asked": {"rules": [], "exclude": ["R1"], "structure": "none"}},
         "not seen", "rule not selected"),
        (ACCEPTED, OTHER_VALUES, {}, {}, "reopened", "data changed"),
        (ACCEPTED, OTHER_VALUES, {}, rules(digest="d2"), "reopened", "rule changed"),
        (ACCEPTED, Found("R1", "A", "1", "reopened"), {}, {}, "reopened", "acceptance expired"),
        (ACCEPTED, A, {}, {}, "persisting", "nothing changed"),
        (ACCEPTED, Found("R1", "A", "2", "accepted"), {}, {}, "persisting", "data changed"),
        (Found("R1", "A", "1", "reopened"), Found("R1", "A", "1", "reopened"), {}, {},
         "persisting", "nothing changed"),
        (None, Found("R1", "A", "2", "reopened"), {}, {}, "reopened", "data changed"),
        (Found("R1", None), None, {}, {"subjects": ()}, "resolved", "data changed"),
    ],
)  # fmt: skip
def test_a_finding_comes_to_one_thing_for_one_reason(
    verdict, before, after, first, second, change, why
):
    assert verdict(before, after, first, second) == (change, why)


def test_a_check_of_structure_is_not_selected_when_structure_is_not_checked(tmp_path):
    found = Found("AE.AESEQ.type", "A")
    a = write_run(tmp_path / "a", [found], {"AE.AESEQ.type": Ruled()})
    rows = compare_runs(a, write_run(tmp_path / "b", [], {})).rows
    assert rows.select("change", "why").rows() == [("not seen", "rule not selected")]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"studies": ("S",)}, {"studies": ("T",)}, "of the study S, and .* of T; compare two"),
        ({"study": "one"}, {"study": "two"}, "of the study one, and .* of two; compare two"),
    ],
)
def test_two_studies_are_not_compared(tmp_path, first, second, said):
    a, b = write_run(tmp_path / "a", [], {}, **first), write_run(tmp_path / "b", [], {}, **second)
    with pytest.raises(CallError, match=said):
        compare_runs(a, b)


def test_a_run_with_its_study_pack_is_compared_with_one_without(tmp_path):
    a, b = write_run(tmp_path / "a", [A], {"R1": Ruled()}), tmp_path / "b"
    assert compare_runs(a, write_run(b, [A], {"R1": Ruled()}, study="one")).exit_code() == 0
