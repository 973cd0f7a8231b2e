"""What the names of rules mean in one run: tables of the export, derived, given, absent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlglot import exp

from oncorules.engine.duckdb import Engine
from oncorules.errors import RuleError
from oncorules.rules.compiler.checks import NOT_MET
from oncorules.rules.compiler.relation import column
from oncorules.rules.language.formula import FormulaError
from oncorules.rules.session import Session, open_session
from oncorules.rules.workspace import Workspace

PACK = """
id: {id}
title: A trial
version: 1.0.0
language: 1
parameters:
  least: {{value: {least}, unit: day, source: ours}}
schedules:
  scans: {{from: RFSTDTC, at: [6, 12], then_every: 8, unit: week, tolerance: 14}}
codes:
  response:
    best_first: [CR, PR, SD, PD]
tables:
  events:
    one_row_per: [USUBJID]
    from: AE
    where: AESEQ >= least
    columns:
      number: {{value: count(*)}}
  busy:
    one_row_per: [USUBJID]
    from: events
    keep: number > 1
    columns:
      twice: {{value: number * 2}}
rules:
  - id: {id}-ONE
    title: one
    kind: check
    source: ours
    applies_to: {{table: AE}}
    condition: AESEQ > 1
"""
AE = "USUBJID,AESEQ,EXTRA\nA,1,x\nA,2,y\nB,1,z\n"


def write(folder: Path, id_: str = "first", least: int = 1, **changes: str) -> Path:
    text = PACK.format(id=id_, least=least)
    for old, new in changes.items():
        text = text.replace(old, new)
    (folder / f"{id_}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{id_}.yaml"


def opened(folder: Path, *packs: Path) -> Session:
    (folder / "ae.csv").write_text(AE, encoding="utf-8")
    return open_session(folder / "ae.csv", packs or [write(folder)], jobs=1)


def place_of(pack: Path, word: str) -> str:
    """Return `file:line:column` of a word that a pack holds once."""
    before, _, _ = pack.read_text(encoding="utf-8").partition(word)
    return f"{pack}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with opened(tmp_path) as session:
        yield session.workspace


def rows(workspace: Workspace, name: str, *columns: str, pack: str = "first") -> list[object]:
    relation = workspace.relation(name, pack)
    values = [relation.columns[label].first.copy() for label in columns]
    query = exp.select(*values).from_(relation.table).order_by(*(v.copy() for v in values))
    return workspace.engine.run(query).fetchall()


def test_a_table_of_the_export_has_its_own_columns_and_those_of_the_model(workspace: Workspace):
    relation = workspace.relation("AE", "first")
    assert (relation.key, relation.has_rows, relation.rows, relation.files) == (
        ("USUBJID", "AESEQ"), True, 3, 1,
    )  # fmt: skip
    assert relation.columns["EXTRA"].kind == "text"
    assert "AETERM" in relation.absent
    assert "EXTRA" not in relation.absent
    assert rows(workspace, "AE", "USUBJID", "AETERM") == [("A", None), ("A", None), ("B", None)]


def test_a_table_that_the_export_does_not_have_is_there_without_rows(workspace: Workspace):
    relation = workspace.relation("DM", "first")
    assert (relation.empty, relation.rows) == (True, 0)
    assert rows(workspace, "DM", "USUBJID", "RFSTDTC") == []
    assert workspace.relation("DM", "first") is relation


def test_a_derived_table_is_stored_once_and_read_by_others(workspace: Workspace):
    assert rows(workspace, "busy", "USUBJID", "twice") == [("A", 4)]
    assert list(workspace.derived) == [("first", "events"), ("first", "busy")]
    stored = list(workspace.stored)
    assert rows(workspace, "events", "USUBJID", "number") == [("A", 2), ("B", 1)]
    assert workspace.stored == stored == ["first:events", "first:busy"]


def test_dropping_removes_what_was_stored(workspace: Workspace):
    import duckdb

    table = workspace.relation("events", "first").table
    workspace.drop()
    with pytest.raises(duckdb.CatalogException):
        workspace.engine.run(exp.select(exp.Star()).from_(table)).fetchall()


def test_a_name_means_the_packs_own_table_before_that_of_another(tmp_path: Path):
    packs = [write(tmp_path, "first", 1), write(tmp_path, "second", 2)]
    with opened(tmp_path, *packs) as session:
        found = {
            pack: rows(session.workspace, "events", "USUBJID", "number", pack=pack)
            for pack in ("second", "first")
        }
    assert found == {"first": [("A", 2), ("B", 1)], "second": [("A", 1)]}


def test_an_unknown_table_is_refused_with_the_nearest_name(workspace: Workspace):
    with pytest.raises(FormulaError, match=r'there is no table "evnts"; did you mean "events"\?'):
        workspace.relation("evnts", "first")
    with pytest.raises(FormulaError, match=r'there is no table "nonsense"$'):
        workspace.kinds("nonsense", "first")


def test_tables_that_read_each_other_in_a_circle_are_refused(tmp_path: Path):
    pack = write(tmp_path, "first", **{"from: AE": "from: busy"})
    with opened(tmp_path, pack) as session:
        match = "the tables read each other in a circle: busy > events > busy"
        with pytest.raises(RuleError, match=match) as caught:
            session.workspace.relation("busy", "first")
    assert f"{pack}:" in str(caught.value)


def test_a_faulty_formula_of_a_table_is_told_with_its_place(tmp_path: Path):
    pack = write(tmp_path, "first", **{"number * 2": "nmber * 2"})
    with opened(tmp_path, pack) as session, pytest.raises(RuleError) as caught:
        session.workspace.relation("busy", "first")
    said = '"nmber" is no column and no parameter here; did you mean "number"?'
    assert str(caught.value) == f"{place_of(pack, 'nmber')}: {said}"


def test_the_columns_and_kinds_of_a_table_are_known_without_its_rows(workspace: Workspace):
    assert workspace.kinds("DM", "first")["RFSTDTC"] == "date"
    kinds = workspace.kinds("events", "first")
    assert (kinds["USUBJID"], kinds["number"]) == ("text", "integer")
    assert workspace.derived == {}
    assert workspace.key("events", "first") == ("USUBJID",)
    assert workspace.key("AE", "first") == ("USUBJID", "AESEQ")


def test_a_given_table_stands_for_another_and_keeps_the_types_of_its_model(workspace: Workspace):
    known = workspace.relation("AE", "first").columns
    workspace.engine.store(
        "mine", exp.select(exp.Star()).from_(workspace.relation("AE", "first").table).limit(1)
    )
    workspace.give("AE", "mine", {n: known[n] for n in ("USUBJID", "AESEQ")}, "first")
    assert rows(workspace, "events", "USUBJID", "number") == [("A", 1)]
    given = workspace.relation("AE", "first")
    assert given.name == "mine"
    assert {"AETERM", "AESTDTC"} <= given.absent


def test_a_changed_table_shares_all_that_it_does_not_touch(workspace: Workspace):
    workspace.relation("busy", "first")
    (pack,) = workspace.packs
    other = workspace.changed(pack, "busy", workspace.parameters, "changed.")
    assert list(other.derived) == [("first", "events")]
    assert other.relation("busy", "first").name == "changed.first:busy"
    assert other.stored == ["changed.first:busy"]
    assert list(workspace.changed(pack, "events", workspace.parameters, "x.").derived) == []


def test_parameters_codes_and_schedules_are_in_scope(workspace: Workspace):
    (pack,) = workspace.packs
    scope = workspace.scope(pack, "first-ONE", {})
    assert (scope.parameters["least"].literal, scope.parameters["least"].unit) == (1, "day")
    assert scope.ranked["response"].best_first == ("CR", "PR", "SD", "PD")
    plan = scope.schedules["scans"]
    assert (plan.start, plan.at, plan.then_every, plan.tolerance) == ("RFSTDTC", (42, 84), 56, 98)


def test_a_plan_answers_every_row_once(workspace: Workspace):
    (pack,) = workspace.packs
    plan = workspace.plan("AE", pack.rule_instances, ["first"])
    query = exp.select(column("#row"), column(plan.masks[0])).from_(plan.query.subquery("plan"))
    found = sorted(workspace.engine.run(query).fetchall())
    assert found == [(1, NOT_MET), (2, 0), (3, NOT_MET)]


def test_a_rule_that_does_not_fit_is_told_with_its_place(tmp_path: Path):
    pack = write(tmp_path, "first", **{"condition: AESEQ > 1": "condition: AESQ > 1"})
    with opened(tmp_path, pack) as session, pytest.raises(RuleError) as caught:
        session.workspace.plan("AE", session.packs[0].rule_instances, ["first"])
    said = '"AESQ" is no column and no parameter here; did you mean "AESEQ"?'
    assert str(caught.value) == f"{place_of(pack, 'AESQ')}: {said}"


def test_two_workspaces_share_an_engine_without_meeting(workspace: Workspace):
    assert isinstance(workspace.engine, Engine)
    other = Workspace(
        workspace.engine,
        workspace.model,
        workspace.packs,
        workspace.parameters,
        {},
        prefix="other.",
    )
    assert rows(workspace, "events", "number") == [(1,), (2,)]
    assert rows(other, "events", "number") == []
    assert set(other.stored) == {"other.AE", "other.first:events"}
