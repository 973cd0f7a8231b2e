"""One faulty query does not silence its neighbours, and says why it is broken."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import pytest
from sqlglot import exp

from oncorules.rules.session import open_session
from oncorules.validation.expectations.library import great_expectations
from oncorules.validation.expectations.queries import CheckQueries, queries_of
from oncorules.validation.expectations.read_back import read_back
from oncorules.validation.expectations.run import SuiteRun

pytestmark = pytest.mark.skipif(
    not (find_spec("great_expectations") and find_spec("duckdb_engine")),
    reason="the extra gx is not installed",
)
AE = """
USUBJID | AESEQ
A       | 1
A       | 2
"""


def test_a_query_that_cannot_run_is_broken_and_the_others_are_answered(desk, tmp_path):
    rule = "applies_to: {table: AE}\ncondition: AESEQ > 1"
    pack = desk.pack(rule, rule, rule)
    with open_session(desk.export(AE=AE), [pack], rules=["R1", "R2", "R3"], jobs=1) as session:
        checks = queries_of(session, ["R1", "R2", "R3"])
        assert all(isinstance(one, CheckQueries) for one in checks)
        faulty = exp.cast(exp.Literal.string("<b>a secret</b>"), "INTEGER")
        checks[1] = replace(checks[1], counts=exp.select(faulty))
        with great_expectations() as gx:
            suite = SuiteRun(gx, session.engine, "trial", checks)
            told = suite.run()
            suite.write_docs(tmp_path / "docs")
        statuses, findings = read_back(session.engine, checks, told)
    assert [one.status for one in statuses] == ["not met", "broken", "not met"]
    assert "secret" not in statuses[1].reason and "Conversion" in statuses[1].reason
    pages = "".join(page.read_text("utf-8") for page in (tmp_path / "docs").rglob("*.html"))
    assert "It could not be run" in pages and "<b>a secret" not in pages
    assert [part.status.rule_id for part in findings] == ["R1", "R3"]
