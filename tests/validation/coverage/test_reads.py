"""What rules read: shown a second time by what changes when the rest is taken away."""

from __future__ import annotations

import csv
from pathlib import Path

from oncorules.rules.session import open_session
from oncorules.validation.coverage.coverage import coverage_of
from oncorules.validation.coverage.reads import columns_read
from oncorules.validation.coverage.rows import cover_rows

DEMO = Path(__file__).parents[3] / "src" / "oncorules" / "examples" / "demo-export"
PACKS = ["sdtm", "recist-checks"]


def test_without_the_variables_that_no_rule_reads_every_rule_says_the_same(tmp_path) -> None:
    with open_session(DEMO, PACKS, jobs=1) as session:
        before = cover_rows(session).statuses
        unread = [
            (one.table, one.variable)
            for one in coverage_of(session, before).variables
            if one.state == "not read"
        ]
    assert ("DM", "SEX") in unread
    for file in DEMO.glob("*.csv"):
        rows = list(csv.reader(file.read_text("utf-8").splitlines()))
        kept = [n for n, name in enumerate(rows[0]) if (file.stem.upper(), name) not in unread]
        with (tmp_path / file.name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([row[n] for n in kept] for row in rows)
    with open_session(tmp_path, PACKS, jobs=1) as session:
        assert cover_rows(session).statuses == before


def test_a_bare_name_in_if_missing_and_the_key_of_a_look_up_are_read(desk) -> None:
    rule = """
    applies_to: {table: AE, where: AESEQ > 0}
    lookups: {dose: {from: EX, on: [USUBJID], where: EXDOSE > 0, take: first, order: [EXSTDTC]}}
    condition: AESTDTC >= dose.EXENDTC
    if_missing: {EXENDTC: met}
    """
    export = desk.export(AE="USUBJID | AESEQ\nA | 1", EX="USUBJID | EXSEQ\nA | 1")
    with open_session(export, [desk.pack(rule)], jobs=1) as session:
        reads = columns_read(session)["R1", "AE"]
    assert reads["AE"] == {"AESEQ", "AESTDTC", "USUBJID"}
    assert reads["EX"] == {"USUBJID", "EXSEQ", "EXDOSE", "EXSTDTC", "EXENDTC"}
