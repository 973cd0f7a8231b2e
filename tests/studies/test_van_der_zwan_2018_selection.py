"""Who belongs to which set of the study, and at which criterion the others leave, by hand."""

from __future__ import annotations

from typing import Any

from .by_hand import lines

# the criterion at which a subject leaves, and the first that could not be decided
SALVAGE = """
12 | SALVAGE-ELIG-01 | .     # 547 days are 17.97 months
14 | SALVAGE-UPTAKE  | .     # score 1
15 | .  | SALVAGE-UPTAKE     # unknown uptake keeps; each count stands on its limit
16 | SALVAGE-BLOOD   | .     # platelets of 74.9
17 | SALVAGE-KIDNEY  | .     # clearance of 39.9
18 | SALVAGE-PERIOD  | .     # retreated on 1 November 2015
19 | SAFETY-DOSE     | .     # 22.2 GBq in all
20 | SALVAGE-CONTROL | .     # progression as best response
"""
SECOND = """
01 | .               | .     # 19.8 months after retreatment
11 | .               | .     # 427 days are 14.03 months
13 | SALVAGE-ELIG-02 | .     # 426 days are 13.996 months
15 | RESALVAGE-GIVEN | SALVAGE-UPTAKE
02 | RESALVAGE-GIVEN | .
"""
CONTROL = """
06 | SALVAGE-ELIG-01      | .                   # progression after 532 days, 17.5 months
07 | .                    | .
08 | .                    | .                   # lost, but seen without progression at 23.5 months
09 | .                    | .                   # 568 days, 18.7 months
10 | CONTROL-DOSE         | .                   # 14.8 GBq
31 | .                    | SALVAGE-CONTROL     # not evaluable keeps
32 | SALVAGE-ELIG-01      | .                   # dead after 15.0 months
33 | .                    | .                   # dead after 24.0 months
34 | .                    | .                   # 21.8 GBq
35 | .                    | .                   # 30.6 GBq
36 | CONTROL-DOSE         | .                   # 21.7 GBq
37 | CONTROL-DOSE         | .                   # 30.7 GBq
38 | SALVAGE-CONTROL      | .                   # progression as best response
39 | .                    | .
40 | CONTROL-ONLY-INITIAL | .                   # no reason recorded
01 | CONTROL-ONLY-INITIAL | .                   # retreated
"""
RETREATED = {"01", "02", "03", "04", "05", *(str(number) for number in range(11, 25))}


def left(prrt: Any, table: str) -> dict[str, list[str | None]]:
    """Where each subject left a selection, and what could not be decided of it."""
    return {name: [row["FAILED"], row["NOTEVAL"]] for name, row in prrt(table).items()}


def members(prrt: Any, flag: str, **settings: Any) -> set[str]:
    """The subjects with a flag."""
    return {name for name, row in prrt("ADSL", **settings).items() if row[flag] == "Y"}


def test_the_retreated_leave_at_the_first_criterion_that_they_break(prrt: Any) -> None:
    found = left(prrt, "ATTRSALV")
    by_hand = {str(name): cells for name, *cells in lines(SALVAGE)}
    assert {name: found[name] for name in by_hand} == by_hand
    rest = {name: cells for name, cells in found.items() if name not in by_hand}
    assert {name for name, cells in rest.items() if cells == [None, None]} == {
        *("01", "02", "03", "04", "05", "11", "13", "21", "22", "23", "24")
    }
    others = [cells for name, cells in rest.items() if name not in RETREATED]
    assert others == [["SALVAGE-GIVEN", None]] * 15


def test_a_second_retreatment_needs_14_months_after_the_first(prrt: Any) -> None:
    found = left(prrt, "ATTRRESA")
    for name, *cells in lines(SECOND):
        assert found[str(name)] == cells, name


def test_who_left_before_leaves_the_second_selection_at_the_same_criterion(prrt: Any) -> None:
    once, twice = left(prrt, "ATTRSALV"), left(prrt, "ATTRRESA")
    gone = {name: cells for name, cells in once.items() if cells[0] is not None}
    assert {name: twice[name] for name in gone} == gone


def test_controls_could_have_been_retreated_and_it_is_recorded_why_not(prrt: Any) -> None:
    found = left(prrt, "ATTRCTRL")
    for name, *cells in lines(CONTROL):
        assert found[str(name)] == cells, name
    assert {name for name in found if found[name] == ["CONTROL-ONLY-INITIAL", None]} == {
        *RETREATED,
        "40",
    }


def test_the_sets_are_those_of_the_selections(prrt: Any) -> None:
    everyone = set(prrt("ADSL"))
    assert members(prrt, "SALVFL") == RETREATED - {"12", "14", "16", "17", "18", "19", "20"}
    assert members(prrt, "RRFL") == {"01", "11"}
    assert members(prrt, "CTRLFL") == {"07", "08", "09", "31", "33", "34", "35", "39"}
    assert members(prrt, "SAFETYFL") == everyone - {"19"}
    groups = {name: row["GROUP"] for name, row in prrt("ADSL").items()}
    assert {name for name, group in groups.items() if group == "RETREATED"} == RETREATED


def test_each_of_the_ten_reasons_of_the_paper_is_recorded(prrt: Any) -> None:
    reasons = {name: row["NOSALVAG"] for name, row in prrt("ADSL").items() if row["NOSALVAG"]}
    assert set(reasons.values()) == {
        "INSUFFICIENT UPTAKE",
        "RENAL OR HAEMATOLOGICAL",
        "CLINICAL CONDITION",
        "OTHER TREATMENT",
        "LOST TO FOLLOW-UP",
        "DEATH",
        "STABLE DISEASE NOT FAVOURABLE",
        "WAIT AND SEE",
        "SECOND PRIMARY TUMOUR",
        "UNCLEAR",
    }
    assert reasons["32"] == "DEATH"


def test_other_limits_make_other_sets(prrt: Any) -> None:
    settings = {
        "SALVAGE-ELIG-01.minimum": 18.5,
        "SALVAGE-ELIG-02.minimum": 13.9,
        "least_platelets": 74,
    }
    now = members(prrt, "SALVFL", **settings)
    before = members(prrt, "SALVFL")
    assert now == (before - {"11"}) | {"16"}
    assert members(prrt, "RRFL", **settings) == {"01", "13"}
    assert "09" in members(prrt, "CTRLFL", **settings)  # 18.66 months
