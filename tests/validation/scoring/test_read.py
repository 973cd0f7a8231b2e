"""What a score reads: findings and answer keys; anything else is refused."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oncorules.data.answer_key import COLUMNS
from oncorules.errors import DataError
from oncorules.validation.scoring.read import read_answer_key, read_findings

FINDINGS = """\
finding_id,rule_id,severity,table,file,row,USUBJID,key,message
1,LB-NEGATIVE,error,LB,lb.csv,3,S-1,"{""USUBJID"": ""S-1"", ""LBSEQ"": ""2""}","K is -4, in
two lines"
2,LB-TEST-NAME,warning,lab_test,,,,"{""LBTESTCD"": ""K""}",two names
"""
KEY = f"""\
{",".join(COLUMNS)}
1,minus,LB,S-1,"{{""USUBJID"": ""S-1"", ""LBSEQ"": ""2""}}",LBSTRESN,4,-4,LB-NEGATIVE,LB-LOW LB-HIGH
2,target-not-recorded,TR,S-2,"{{""USUBJID"": ""S-2"", ""TRSEQ"": ""1""}}",,1 row,no row,TR-SUM,
"""


@pytest.fixture
def written(tmp_path):
    """A function from a name and a text to the path of a file."""

    def write(name, text):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_findings_are_read_with_their_keys_and_places(written):
    first, second = read_findings(written("findings.csv", FINDINGS))
    assert (first.rule, first.subject, first.place) == ("LB-NEGATIVE", "S-1", "lb.csv:3")
    assert first.key == {"USUBJID": "S-1", "LBSEQ": "2"}
    assert first.message == "K is -4, in\ntwo lines"
    assert (second.subject, second.place) == ("", "lab_test")


def test_of_a_folder_the_parquet_file_is_read(tmp_path):
    row = {"rule_id": "R", "severity": "error", "table": "LB", "file": "lb.csv", "row": 3}
    row |= {"USUBJID": "=S", "key": '{"USUBJID": "=S"}', "message": "m"}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "findings.parquet")
    [found] = read_findings(tmp_path)
    assert (found.subject, found.place) == ("=S", "lb.csv:3")


def test_defects_are_read_with_their_rules(written):
    first, second = read_answer_key(written("answer-key.csv", KEY).parent)
    assert (first.number, first.kind, first.key["LBSEQ"]) == (1, "minus", "2")
    assert (first.rules, first.also) == (("LB-NEGATIVE",), ("LB-LOW", "LB-HIGH"))
    assert first.change == "LBSTRESN: 4 -> -4"
    assert (second.change, second.also) == ("1 row -> no row", ())


def test_swapped_files_are_told(written):
    findings, key = written("findings.csv", FINDINGS), written("answer-key.csv", KEY)
    swapped = r"is the other file; expected .*: oncorules score FINDINGS ANSWER-KEY"
    with pytest.raises(DataError, match=swapped):
        read_findings(key)
    with pytest.raises(DataError, match=swapped):
        read_answer_key(findings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FINDINGS.replace("rule_id", "rule"), "has no column rule_id; expected the findings that"),
        (FINDINGS.splitlines()[0] + "\n", "has no finding, so there is nothing to score; check"),
        (FINDINGS.replace('"{""LB', '"{LB'), 'the key {LBTESTCD"": ""K""} is no JSON'),
        (FINDINGS + "1,2\n", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_what_is_no_list_of_findings_is_refused(written, text, message):
    with pytest.raises(DataError) as refused:
        read_findings(written("findings.csv", text))
    assert message.replace('""', '"') in str(refused.value)


def test_an_answer_key_without_defects_or_columns_is_refused(written):
    with pytest.raises(DataError, match="names no defect, so there is nothing to score"):
        read_answer_key(written("answer-key.csv", KEY.splitlines()[0] + "\n"))
    with pytest.raises(DataError, match="has no column kind; expected the answer key that onco"):
        read_answer_key(written("answer-key.csv", KEY.replace("kind", "sort")))


def test_files_that_are_not_there_are_told(tmp_path):
    with pytest.raises(DataError, match=r"findings\.parquet does not exist; expected the findings"):
        read_findings(tmp_path)
    with pytest.raises(DataError, match=r"answer-key\.csv does not exist; expected the answer key"):
        read_answer_key(tmp_path)


def test_a_file_of_another_kind_is_refused(written):
    with pytest.raises(DataError, match=r"findings\.parquet cannot be read"):
        read_findings(written("findings.parquet", "no parquet"))
