"""What a published column is read of, in exports that lack a table."""

from __future__ import annotations

import pytest

from oncorules.analysis.agreement.lineage import Lineage
from oncorules.rules.session import load_packs, open_session

from ...studies.prrt_export import write_export

PACK = """\
id: parts
title: Times of two kinds
version: "0.1"
language: 1
source: {document: ours}
export_tables:
  ONE: &times
    label: Times
    key: [USUBJID]
    columns:
      USUBJID: {type: text, core: required, label: Subject}
      DAYS: {type: integer, core: required, label: Days}
  TWO: *times
  OTHER: *times
tables:
  either:
    title: Times of one source or the other
    source: ours
    one_row_per: [USUBJID]
    stack: [{from: TWO}, {from: OTHER}]
  both:
    title: Times of two kinds
    source: ours
    one_row_per: [USUBJID, PARAMCD]
    stack:
      - {from: ONE, PARAMCD: FIRST, KIND: "'A'"}
      - {from: either, PARAMCD: SECOND, KIND: USUBJID}
  timed:
    title: Times beside those of the second kind
    source: ours
    one_row_per: [USUBJID, PARAMCD]
    from: both
    lookups:
      second: {from: either, on: [USUBJID], take: only}
    columns:
      AVAL: {value: DAYS + 1}
      SUM: {value: "DAYS + coalesce(second.DAYS, 0)"}
publish:
  ADTTE: {from: timed}
"""
TIMES = "USUBJID,DAYS\nS1,3\n"


@pytest.fixture
def lineage(tmp_path):
    """Return the lineage in an export with some of the three tables."""
    (tmp_path / "parts.yaml").write_text(PACK, "utf-8")
    sessions = []

    def lineage(*tables: str) -> Lineage:
        folder = tmp_path / "-".join(tables)
        folder.mkdir()
        for name in tables:
            (folder / f"{name}.csv").write_text(TIMES, "utf-8")
        sessions.append(open_session(folder, [tmp_path / "parts.yaml"]))
        return Lineage(sessions[-1])

    yield lineage
    for session in sessions:
        session.close()


def test_a_column_lacks_what_it_reads_beside_tables_that_are_there(lineage):
    found = lineage("one")
    first = {"PARAMCD": ("FIRST",)}
    assert found.missing_for("ADTTE", "SUM", first) == {"TWO", "OTHER"}
    assert found.missing_for("ADTTE", "AVAL", first) == set()
    assert found.missing_rows("ADTTE") == set()


def test_only_the_parts_of_a_stack_with_the_wanted_code_are_read(lineage):
    found = lineage("one")
    assert found.missing_for("ADTTE", "AVAL", {"PARAMCD": ("SECOND",)}) == {"TWO", "OTHER"}
    assert found.missing_for("ADTTE", "AVAL", {"PARAMCD": ("FIRST", "SECOND")}) == {"TWO", "OTHER"}
    assert found.missing_for("ADTTE", "AVAL", {}) == set()  # rows of either kind will do
    # A quoted text is a code as well; a column of the part may hold any value.
    assert found.missing_for("ADTTE", "AVAL", {"KIND": ("A",)}) == {"TWO", "OTHER"}
    assert lineage("two").missing_for("ADTTE", "AVAL", {"KIND": ("B",)}) == set()


def test_one_of_several_sources_is_enough(lineage):
    found = lineage("one", "other")
    assert found.missing_for("ADTTE", "SUM", {}) == set()
    assert found.missing_at_all("ADTTE", "SUM") == set()


def test_rows_without_any_source_are_missing(lineage):
    assert lineage("other").missing_rows("ADTTE") == set()
    assert lineage("one").missing_for("ADTTE", "", {"PARAMCD": ("SECOND",)}) == {"TWO", "OTHER"}


@pytest.fixture(scope="module")
def study():
    return load_packs((), "van-der-zwan-2018")


@pytest.mark.parametrize(
    ("gone", "column", "missing"),
    [
        ("lb", ("ADTOX", "GR3FL", {}), {"LB"}),
        ("lb", ("ADSL", "SALVFL", {}), {"LB"}),
        ("lb", ("ADTTE", "CNSR", {"PARAMCD": ("OS",)}), set()),
        ("mh", ("ADTTE", "CNSR", {"PARAMCD": ("OS",)}), set()),
        ("mh", ("ADTTE", "", {"PARAMCD": ("AMLMDS",)}), {"AE", "MH"}),
        ("tr", ("ADTTE", "AVAL", {"PARAMCD": ("PFS",)}), {"TR"}),
        ("tr", ("ADTTE", "AVAL", {"PARAMCD": ("OS",)}), set()),
        ("", ("ADTTE", "AVAL", {"PARAMCD": ("PFS",)}), set()),  # CM is not of the study itself
        ("", ("ADSL", "MYELFL", {}), set()),  # MH stands beside AE
    ],
)
def test_the_study_lacks_what_a_column_of_it_reads(study, tmp_path, gone, column, missing):
    export = write_export(tmp_path / "export")
    (export / f"{gone or 'no'}.csv").unlink(missing_ok=True)
    with open_session(export, study) as session:
        assert Lineage(session).missing_for(*column) == missing
