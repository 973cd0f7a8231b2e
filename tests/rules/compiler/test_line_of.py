"""`line_of`: which line decided a column of a table, as a text beside it."""

from pathlib import Path

import pytest

from oncorules import derive
from oncorules.errors import RuleError

PACK = """\
id: mine
title: Mine
version: "1"
language: 1
tables:
  subject:
    title: Subjects
    one_row_per: [USUBJID]
    from: DM
    columns:
      size:
        first_true:
          - old: AGE >= 65
            id: retired
          - grown: AGE >= 18
          - young: otherwise
      size_line: {value: line_of(size)}
      word:
        decide_by: [size, then]
        rows:
          - [[old, grown], adult]
          - [any, other]
      word_line: {value: line_of(word)}
      end_line: {value: line_of(END)}
    decide:
      sets: [END]
      lines:
        - {when: DTHDTC is not null, id: died, END: DTHDTC}
        - {when: otherwise, END: RFENDTC}
publish:
  ADSL: {from: subject}
"""
DM = "USUBJID,AGE,DTHDTC,RFENDTC\nA,65,2024-01-01,\nB,18,,2024-01-02\nC,17,,\nD,,,\n"


def test_each_row_names_the_line_that_decided_or_that_could_not_be(tmp_path: Path) -> None:
    (tmp_path / "dm.csv").write_text(DM, "utf-8")
    (tmp_path / "mine.yaml").write_text(PACK, "utf-8")
    with derive(tmp_path / "dm.csv", [tmp_path / "mine.yaml"]) as result:
        rows = result.table("ADSL").to_pylist()
    assert [(row["size_line"], row["word_line"], row["end_line"]) for row in rows] == [
        ("retired", "old or grown, adult", "died"),
        ("grown: AGE >= 18", "old or grown, adult", "otherwise"),
        ("young: otherwise", "any, other", "otherwise"),
        ("undecided: retired", "any, other", "otherwise"),
    ]


def test_a_column_that_no_line_decides_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dm.csv").write_text(DM, "utf-8")
    pack = PACK.replace("line_of(size)", "line_of(AGE)")
    (tmp_path / "mine.yaml").write_text(pack, "utf-8")
    with pytest.raises(RuleError) as caught:
        derive(tmp_path / "dm.csv", [tmp_path / "mine.yaml"])
    words = 'line_of takes a column of this table that lines decide, not "AGE"'
    assert words in str(caught.value)
