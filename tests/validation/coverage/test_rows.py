"""Which rules saw which rows, counted a second time row by row by what `explain` says."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest

from oncorules.rules.session import open_session
from oncorules.validation.coverage.rows import RowsSeen, cover_rows
from oncorules.validation.explain_rule import explain_rows
from oncorules.validation.wanted import Wanted

DEMO = Path(__file__).parents[3] / "src" / "oncorules" / "examples" / "demo-export"
PILOT = Path(__file__).parents[3].parent / "shared" / "exports" / "cdisc-pilot"
EX = """
USUBJID | EXSEQ | EXDOSE
A       | 1     | 5
A       | 2     | 0
B       | 1     | .
B       | 2     | 7
"""
DOSED = "applies_to: {table: EX, where: EXDOSE > 0}\ncondition: EXDOSE < 9"
FIRST = "id: FIRST\napplies_to: {table: EX, where: EXSEQ = 1}\ncondition: EXDOSE < 9"


@pytest.fixture
def covered(desk):
    def cover(packs, **tables: str):
        with open_session(desk.export(**tables), packs, jobs=1) as session:
            return cover_rows(session)

    return cover


def test_rows_are_counted_by_the_rules_that_had_them_in_scope(covered, desk) -> None:
    found = covered([desk.pack(DOSED, FIRST)], EX=EX)
    assert sorted(found.seen, key=lambda one: one.row or 0) == [
        RowsSeen("EX", ("R1", "FIRST"), 2, "ex.csv", 1),  # row 3: nobody knows if it was dosed
        RowsSeen("EX", (), 1, "ex.csv", 2),
        RowsSeen("EX", ("R1",), 1, "ex.csv", 4),
    ]


def test_the_statuses_are_those_of_a_validation(covered, desk) -> None:
    pack = desk.pack(DOSED, FIRST)
    assert covered([pack], EX=EX).statuses == desk.run(desk.folder / "export", pack).rules


def test_rules_of_two_packs_are_brought_together_row_by_row(covered, desk) -> None:
    packs = [desk.pack(DOSED), desk.pack(FIRST, name="second")]
    apart = covered(packs, EX=EX)
    together = covered([desk.pack(DOSED, FIRST, name="both")], EX=EX)
    assert set(apart.seen) == set(together.seen)


def test_more_rules_than_one_number_holds_are_all_told_of(covered, desk) -> None:
    rules = [
        f"applies_to: {{table: EX, where: EXSEQ = {n % 2 + 1}}}\ncondition: EXSEQ > 0"
        for n in range(65)
    ]
    found = covered([desk.pack(*rules)], EX=EX)
    assert sorted(len(one.rules) for one in found.seen) == [32, 33]
    assert set(found.seen[0].rules) | set(found.seen[1].rules) == {f"R{n}" for n in range(1, 66)}


def test_a_rule_that_lacks_a_variable_saw_no_row(covered, desk) -> None:
    lacking = "id: LACKING\napplies_to: {table: EX}\ncondition: EXDOSU = 'mg'"
    found = covered([desk.pack(FIRST, lacking)], EX=EX)
    assert [one.status for one in found.statuses] == ["met", "not run"]
    assert {(one.rules, one.rows) for one in found.seen} == {(("FIRST",), 2), ((), 2)}


def test_a_table_that_no_rule_is_applied_to_was_seen_by_none(covered, desk) -> None:
    found = covered([desk.pack(FIRST)], EX=EX, DM="USUBJID | AGE\nA | 70")
    assert RowsSeen("DM", (), 1) in found.seen


def test_rows_of_two_files_are_numbered_in_their_own(desk) -> None:
    first = desk.export("first", EX="USUBJID | EXSEQ | EXDOSE\nA | 1 | 1")
    second = desk.export("second", EX="USUBJID | EXSEQ | EXDOSE\nA | 2 | 3\nA | 3 | 0")
    with open_session([first, second], [desk.pack(DOSED)], jobs=1) as session:
        [unseen] = [one for one in cover_rows(session).seen if not one.rules]
        assert (unseen.rows, unseen.file, unseen.row) == (1, session.tables["EX"].files[1], 2)


def test_a_derived_table_has_rows_without_a_file(covered, desk) -> None:
    more = """
    tables:
      subject:
        title: a subject
        one_row_per: [USUBJID]
        from: EX
        columns: {doses: {value: count(*)}}
    """
    pack = desk.pack("applies_to: {table: subject}\ncondition: doses > 0", more=more)
    found = covered([pack], EX=EX)
    assert found.seen == (RowsSeen("EX", (), 4), RowsSeen("subject", ("R1",), 2))


def test_one_rule_that_the_engine_refuses_leaves_the_others(covered, desk, monkeypatch) -> None:
    import duckdb

    from oncorules.validation.coverage import rows

    real = rows.count_outcomes

    def refuse(workspace, plan, outcomes):
        if any(one.rule.id == "FIRST" for one in plan.rules):
            raise duckdb.OutOfRangeException("Out of Range Error: cell 12 of S-1")
        return real(workspace, plan, outcomes)

    monkeypatch.setattr(rows, "count_outcomes", refuse)
    found = covered([desk.pack(DOSED, FIRST)], EX=EX)
    assert [one.status for one in found.statuses] == ["met", "broken"]
    assert found.statuses[1].reason == "the engine refused it (Out of Range Error)"
    assert {one.rules for one in found.seen} == {("R1",), ()}


def test_sets_beyond_the_most_are_counted_and_the_largest_are_kept(
    covered, desk, monkeypatch
) -> None:
    from oncorules.validation.coverage import rows

    monkeypatch.setattr(rows, "MOST_SETS", 2)
    found = covered([desk.pack(DOSED, FIRST)], EX=EX)
    assert found.left_out == {"EX": 1}
    assert len(found.seen) == 2 and found.seen[0].rows == 2


Sets = dict[tuple[str, ...], tuple[int, int]]


def sets_of(seen: tuple[RowsSeen, ...], table: str) -> Sets:
    """For each set of rules, the number of rows and the first of them."""
    return {one.rules: (one.rows, one.row or 0) for one in seen if one.table == table}


def gathered(rows: dict[int, list[str]]) -> Sets:
    """The same from what was said of each row alone."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, rules in rows.items():
        found[tuple(rules)].append(row)
    return {rules: (len(places), min(places)) for rules, places in found.items()}


@pytest.mark.parametrize("table", ["AE", "DM", "EX", "TU"])
def test_the_demo_export_agrees_with_each_row_explained_by_itself(table) -> None:
    with open_session(DEMO, ["sdtm"], jobs=1) as session:
        seen = cover_rows(session).seen
        rows = {row: [] for row in range(1, session.tables[table].rows + 1)}
        for one, pack in session.rules:
            if one.table == table:
                for told in explain_rows(session.workspace, one, pack, Wanted(limit=10**6)):
                    if told.outcome != "not in scope":
                        rows[told.row].append(one.id)
    assert sets_of(seen, table) == gathered(rows)
    assert sum(number for number, _ in sets_of(seen, table).values()) == len(rows)


@pytest.mark.skipif(not PILOT.is_dir(), reason=f"the CDISC pilot export is not at {PILOT}")
def test_the_pilot_agrees_with_scopes_written_anew_over_a_file_that_pandas_reads() -> None:
    scopes = {
        "AE-FATAL-DEATH": lambda row: row["AEOUT"] == "FATAL",
        "AE-SERIOUS-CRITERION": lambda row: row["AESER"] == "Y",
        "AE-NOT-RESOLVED-END": lambda row: row["AEOUT"] == "NOT RECOVERED/NOT RESOLVED",
        "STUDY-DAY-START": lambda row: row["AESTDY"] == row["AESTDY"] and row["AESTDY"] != 0,
        "STUDY-DAY-END": lambda row: row["AEENDY"] == row["AEENDY"] and row["AEENDY"] != 0,
        "SEQ-UNIQUE": lambda row: True,
    }
    with open_session(PILOT, ["sdtm"], rules=list(scopes)) as session:
        chosen = [one.id for one, _ in session.rules if one.table == "AE"]
        seen = cover_rows(session).seen
    assert set(chosen) == set(scopes)
    frame = pd.read_sas(PILOT / "ae.xpt", format="xport", encoding="utf-8")
    rows = {
        number: [rule for rule in chosen if scopes[rule](row)]
        for number, row in enumerate(frame.to_dict("records"), 1)
    }
    assert sets_of(seen, "AE") == gathered(rows)
    assert len(sets_of(seen, "AE")) > 5
