from pathlib import Path

from oncorules.rules.compiler.reach import find_reached, owner_of, sources
from oncorules.rules.loading.loader import load_rule_files

TEXT = """\
tables:
  scan: {one_row_per: [USUBJID, TRSEQ], from: TR}
  visit: {one_row_per: [USUBJID, VISITNUM], rows_of: [other, scan]}
  other:
    one_row_per: [USUBJID, VISITNUM]
    stack: [{from: scan}, {from: AE}]
    lookups:
      subject: {from: DM, take: only}
      before: {from: this table, take: last, order: [VISITNUM]}
"""


def test_a_table_is_reached_after_those_that_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(TEXT)
    pack = load_rule_files([path])
    assert sources(pack.tables["other"]) == {"scan", "AE", "DM"}
    reached = find_reached(["visit"], "rules", [pack], {"TR"})
    assert [name for _, name in reached.derived] == ["scan", "other", "visit"]
    assert reached.given == {"TR"}


def test_nothing_is_read_behind_a_given_table(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(TEXT)
    pack = load_rule_files([path])
    reached = find_reached(["visit", "LB"], "rules", [pack], {"scan", "LB"})
    assert [name for _, name in reached.derived] == ["other", "visit"]
    assert reached.given == {"scan", "LB"}
    assert owner_of("scan", "rules", [pack]) is pack
    assert owner_of("LB", "rules", [pack]) is None


def test_tables_that_read_each_other_end_the_search(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        "tables:\n  a: {one_row_per: [USUBJID], from: b}\n  b: {one_row_per: [USUBJID], from: a}\n"
    )
    reached = find_reached(["a"], "rules", [load_rule_files([path])], ())
    assert [name for _, name in reached.derived] == ["b", "a"]
