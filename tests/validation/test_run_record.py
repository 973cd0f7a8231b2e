"""run.json: what a run folder remembers, always the same bytes, and only one line of the day."""

from __future__ import annotations

import json
from datetime import date

import pytest

AE = """
STUDYID | USUBJID | AESEQ | AESEV
S1      | B       | 1     | MILD
S1      | A       | 1     | SEVERE
"""
RULE = """
applies_to: {table: AE}
parameters:
  worst: {value: SEVERE, source: ours}
condition: AESEV <> worst
"""


@pytest.fixture
def record(desk):
    def record(**options) -> dict:
        given = {"date": date(2024, 3, 1), **options}
        return json.loads(desk.run(desk.export(AE=AE), desk.pack(RULE), **given).record())

    return record


def test_it_says_what_was_run_on_what(record):
    told = record(settings={"worst": "MILD"}, exclude=["AE.AESEQ.type"], structure="sql")
    assert told["date"] == "2024-03-01"
    assert told["study"] is None
    assert told["packs"] == [{"id": "trial", "version": "1.0.0", "extends": {}}]
    assert told["parameters"] == {"trial:R1.worst": "MILD"}
    assert told["asked"] == {"rules": [], "exclude": ["AE.AESEQ.type"], "structure": "sql"}
    assert (told["studies"], told["subjects"]) == (["S1"], ["A", "B"])
    assert told["tables"] == [
        {"table": "AE", "files": ["ae.csv"], "rows": 2, "subjects": 2,
         "columns": ["AESEQ", "AESEV", "STUDYID", "USUBJID"]},
    ]  # fmt: skip


def test_a_rule_has_its_digest_and_what_it_reads(record):
    (rule,) = record()["rules"]
    assert (rule["rule_id"], rule["table"]) == ("R1", "AE")
    assert rule["reads"] == {"AE": ["AESEQ", "AESEV", "USUBJID"]}
    assert len(rule["digest"]) == 16
    assert record(settings={"worst": "MILD"})["rules"][0]["digest"] != rule["digest"]


def test_a_study_stands_apart_from_the_packs(desk):
    study = desk.pack(RULE, name="own")
    told = json.loads(desk.run(desk.export(AE=AE), [], study=study).record())
    assert (told["study"]["id"], told["packs"]) == ("own", [])


def test_files_of_a_run_are_the_same_bytes_and_only_run_json_knows_the_day(desk, tmp_path):
    for name, day in (("a", 1), ("b", 1), ("c", 2)):
        run = desk.run(desk.export(AE=AE), desk.pack(RULE), date=date(2024, 3, day))
        run.write(tmp_path / name)
    a, b, c = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "abc"
    )
    assert a == b
    assert {name for name in a if a[name] != c[name]} == {"run.json"}
    assert a["run.json"].replace(b"2024-03-01", b"2024-03-02") == c["run.json"]


def test_without_a_date_it_is_today(desk):
    run = desk.run(desk.export(AE=AE), desk.pack(RULE))
    assert json.loads(run.record())["date"] == run.asked.date.isoformat()
    assert abs((date.today() - run.asked.date).days) <= 1
