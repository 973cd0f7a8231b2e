import json
from pathlib import Path

import pytest

from oncorules.cli.rules_cost import milliseconds_from
from oncorules.errors import CallError
from oncorules.validation import rule_cost

RULES = """
rules:
  - {id: ADULT, title: a, kind: check, source: ours, applies_to: {table: DM}, condition: AGE >= 18}
  - {id: KNOWN, title: a, kind: check, source: ours, applies_to: {table: DM}, condition: AGE > 0}
  - {id: DOSE, title: a, kind: check, source: ours, applies_to: {table: EX}, condition: EXDOSE > 0}
"""


@pytest.fixture
def ages(trial: Path) -> Path:
    """Rules of which one has no table in the export."""
    file = trial / "ages.yaml"
    file.write_text(RULES, "utf-8")
    return file


@pytest.fixture
def slow_rule(monkeypatch):
    """Make one rule take 60 ms and all others 40 ms."""
    real = rule_cost._cost

    def cost(session, one, pack, clock):
        ticks = iter(range(100))
        step = 0.06 if one.id == "ADULT" else 0.04
        return real(session, one, pack, lambda: next(ticks) * step)

    monkeypatch.setattr(rule_cost, "_cost", cost)


def test_the_costliest_rule_stands_first(run, ages, slow_rule) -> None:
    ran = run("rules", "cost", "export", "--pack", "ages.yaml", "--quiet")
    assert ran.code == 0
    assert ran.lines == [
        "rule   table  rows  in scope    ms",
        "ADULT  DM        3         3  60.0",
        "KNOWN  DM        3         3  40.0",
    ]


def test_a_rule_above_the_budget_is_named_and_ends_with_1(run, ages, slow_rule) -> None:
    words = ["rules", "cost", "export", "--pack", "ages.yaml", "--format", "json", "--budget"]
    ran = run(*words, "50ms")
    assert ran.code == 1 and [one["rule"] for one in json.loads(ran.out)] == ["ADULT"]
    assert "1 rule of 2 above the budget of 50ms" in ran.err
    assert run(*words, "60ms").code == 0
    assert run(*words, "0.05s").code == 1


def test_a_budget_that_is_no_time_is_refused(run, ages) -> None:
    ran = run("rules", "cost", "export", "--pack", "ages.yaml", "--budget", "fast")
    assert ran.code == 2
    assert ran.err == 'oncorules: --budget "fast" is not a time; write 50ms or 2s\n'
    with pytest.raises(CallError):
        milliseconds_from("50")
