"""Selections: who leaves at which step, what becomes of the undecided, and the flow in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oncorules import derive, validate
from oncorules.errors import CallError, DataError, RuleError
from oncorules.rules.deriving.selection_flow import attrition
from oncorules.rules.session import Session, open_session
from oncorules.rules.workspace import Workspace

PACK = """
id: trial
title: A trial
version: "1.0"
language: 1
export_tables:
  SUBJ:
    label: Subjects
    key: [USUBJID]
    columns:
      USUBJID: {type: text, label: s}
      PFS: {type: number, label: months}
      PLAT: {type: number, label: platelets}
      PREG: {type: text, label: pregnant}
      SEX: {type: text, label: sex}
rules:
  - id: PFS-18
    title: At least 18 months
    kind: eligibility
    criterion: inclusion
    source: ours
    applies_to: {table: SUBJ}
    parameters:
      months: {value: 18, unit: month, source: ours}
    condition: PFS >= months
    message: Only {PFS} months.
  - id: PLAT-75
    title: Enough platelets
    kind: eligibility
    source: ours
    applies_to: {table: SUBJ}
    lookups:
      again: {from: SUBJ, take: only}
    columns:
      found:
        value: again.PLAT
    condition: found >= 75
  - id: NOT-PREGNANT
    title: Not pregnant
    kind: eligibility
    criterion: exclusion
    source: ours
    applies_to: {table: SUBJ, where: SEX = 'F'}
    condition: PREG = 'Y'
  - id: A-CHECK
    title: A check
    kind: check
    source: ours
    applies_to: {table: SUBJ}
    condition: PFS >= 0
selections:
  chosen:
    title: Those who were treated again
    of: SUBJ
    steps: [PFS-18, PLAT-75, NOT-PREGNANT]
    if_not_evaluable: leave out
tables:
  treated:
    one_row_per: [USUBJID]
    from: chosen
    where: SELECTED
publish:
  flow: {from: chosen}
  treated: {from: treated, columns: [USUBJID, PFS]}
"""
SUBJECTS = """\
USUBJID,PFS,PLAT,PREG,SEX
A,18,75,N,F
B,17.9,75,N,F
C,18,74,Y,F
D,18,,N,F
E,,74,N,F
F,20,80,Y,F
G,20,80,,M
H,20,80,,F
"""


@pytest.fixture
def opened(tmp_path: Path) -> Any:
    sessions: list[Session] = []

    def run(policy: str = "leave out", pack: str = PACK) -> Workspace:
        (tmp_path / "subj.csv").write_text(SUBJECTS, "utf-8")
        path = tmp_path / "trial.yaml"
        path.write_text(pack.replace("leave out", policy).lstrip(), "utf-8")
        sessions.append(open_session(tmp_path / "subj.csv", [path]))
        return sessions[-1].workspace

    yield run
    for session in sessions:
        session.close()


def rows(workspace: Workspace, show: str) -> dict[str, tuple[Any, ...]]:
    from sqlglot import exp

    from oncorules.rules.language.display import display

    relation = workspace.relation("chosen", "trial")
    shown = [display(relation.columns[name]) for name in ("USUBJID", *show.split())]
    found = workspace.engine.run(exp.select(*shown).from_(relation.table)).fetchall()
    return {row[0]: row[1:] for row in sorted(found)}


def test_who_is_undecided_leaves_at_that_step_and_is_counted_apart(opened: Any) -> None:
    assert rows(opened(), "SELECTED STEP FAILED NOTEVAL") == {
        "A": ("true", None, None, None),
        "B": ("false", "1", "PFS-18", None),
        "C": ("false", "2", "PLAT-75", None),
        "D": ("false", "2", None, "PLAT-75"),
        "E": ("false", "1", None, "PFS-18"),
        "F": ("false", "3", "NOT-PREGNANT", None),
        "G": ("true", None, None, None),
        "H": ("false", "3", None, "NOT-PREGNANT"),
    }


def test_who_is_undecided_can_be_kept(opened: Any) -> None:
    assert rows(opened("keep"), "SELECTED STEP FAILED NOTEVAL") == {
        "A": ("true", None, None, None),
        "B": ("false", "1", "PFS-18", None),
        "C": ("false", "2", "PLAT-75", None),
        "D": ("true", None, None, "PLAT-75"),
        "E": ("false", "2", "PLAT-75", "PFS-18"),
        "F": ("false", "3", "NOT-PREGNANT", None),
        "G": ("true", None, None, None),
        "H": ("true", None, None, "NOT-PREGNANT"),
    }


def test_each_step_tells_the_outcome_of_its_criterion(opened: Any) -> None:
    found = rows(opened(), "STEP1 STEP2 STEP3")
    assert found["C"] == ("met", "not met", "met")  # the exclusion criterion is met
    assert found["E"] == ("not evaluable", "not met", "not met")
    assert found["G"] == ("met", "met", "not in scope")


def test_the_undecided_can_stop_the_run(opened: Any) -> None:
    with pytest.raises(DataError) as raised:
        rows(opened("stop"), "STEP")
    assert str(raised.value) == (
        "selection chosen: PLAT-75 is not evaluable for USUBJID D and 2 more; complete the data, "
        'or let the selection say "if_not_evaluable: leave out" or "keep"'
    )


@pytest.mark.parametrize(
    ("policy", "flow"),
    [
        ("leave out", [(1, 8, 1, 1, 6), (2, 6, 1, 1, 4), (3, 4, 1, 1, 2)]),
        ("keep", [(1, 8, 1, 1, 7), (2, 7, 2, 1, 5), (3, 5, 1, 1, 4)]),
    ],
)
def test_the_flow_counts_entered_failed_undecided_and_left(
    opened: Any, policy: str, flow: list[tuple[int, ...]]
) -> None:
    found = attrition(opened(policy), "chosen", "trial")
    counts = [(s.step, s.entered, s.failed, s.not_evaluable, s.left) for s in found]
    assert counts == flow
    assert [(step.rule, step.title) for step in found][:1] == [("PFS-18", "At least 18 months")]


def test_a_selection_without_that_name_has_no_flow(opened: Any) -> None:
    with pytest.raises(CallError, match='there is no selection "choosen"; did you mean "chosen"'):
        attrition(opened(), "choosen", "trial")


def test_derive_writes_a_selection_and_what_is_made_of_it(opened: Any, tmp_path: Path) -> None:
    opened()
    with derive(tmp_path / "subj.csv", [tmp_path / "trial.yaml"]) as result:
        result.write(tmp_path / "out", "csv")
    assert (tmp_path / "out" / "treated.csv").read_text() == "USUBJID,PFS\nA,18\nG,20\n"
    first, *others = (tmp_path / "out" / "flow.csv").read_text().splitlines()
    assert first == "USUBJID,PFS,PLAT,PREG,SEX,STEP,FAILED,NOTEVAL,SELECTED,STEP1,STEP2,STEP3"
    assert others[1] == "B,17.9,75,N,F,1,PFS-18,,false,not met,met,not met"


def test_a_criterion_makes_no_finding(opened: Any, tmp_path: Path) -> None:
    opened()
    paths = (tmp_path / "subj.csv", [tmp_path / "trial.yaml"])
    with validate(*paths, structure="none") as result:
        assert [status.rule_id for status in result.rules] == ["A-CHECK"]
    with pytest.raises(CallError, match="is an eligibility criterion"):
        validate(*paths, rules=["PFS-18"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("[PFS-18,", "[PFS-19,"), '54:13: there is no rule "PFS-19" in these packs; did you'),
        (("[PFS-18,", "[A-CHECK,"), '54:13: "A-CHECK" is a check; a step is a rule of kind'),
        (("of: SUBJ", "of: DM"), '"PFS-18" applies to SUBJ, and the selection is of DM'),
        (("of: SUBJ", "of: SUBI"), '"PFS-18" applies to SUBJ, and the selection is of SUBI'),
        (("[PFS-18,", "[PLAT-75,"), '"PLAT-75" stands twice in the steps'),
        (("found >= 75", "fond >= 75"), 'trial.yaml:36:16: "fond" is no column and no parameter'),
        (("SEX: {", "STEP: {"), 'has a column "STEP", which the selection makes: rename it'),
    ],
)
def test_what_does_not_fit_is_refused(opened: Any, change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(RuleError) as raised:
        rows(opened(pack=PACK.replace(*change)), "STEP")
    assert sentence in str(raised.value)
