from pathlib import Path

import pytest

from oncorules.errors import CallError
from oncorules.rules.catalogue.catalogue import describe_rule, find_rules, find_subject, render_rule
from oncorules.rules.loading.loader import load_pack

RULE = """
rules:
  - id: {id}
    title: A rule of a file
    kind: check
    source: ours
    applies_to: {{table: DM}}
    condition: AGE >= 18
"""


def write(folder: Path, name: str, rule: str) -> Path:
    path = folder / name
    path.write_text(RULE.format(id=rule), "utf-8")
    return path


def test_every_shipped_rule_is_listed_once_however_many_tables_it_has() -> None:
    pack = load_pack("sdtm", examples=False)
    listed = [line for line in find_rules(["sdtm"]) if line.kind != "table"]
    assert [line.id for line in listed] == list(pack.rules)
    (line,) = [line for line in listed if line.id == "START-BEFORE-END"]
    assert line.table == "AE, CM, EX, MH"


def test_every_shipped_pack_is_listed_when_none_is_named() -> None:
    assert {line.pack for line in find_rules()} >= {"sdtm", "ctcae-3.0", "ctcae-6.0"}


def test_derived_tables_are_listed_after_the_rules() -> None:
    listed = find_rules(["sdtm"])
    assert [line.kind for line in listed][-1] == "table"
    (line,) = [line for line in listed if line.id == "lesion_row"]
    assert (line.table, line.severity, line.title) == ("TU", "", "one row per USUBJID, TUSEQ")


def test_rules_are_picked_and_left_out_by_id() -> None:
    picked = find_rules(["sdtm"], rules=["DM-ARM-REASON", "LB-HIGH"], exclude=["LB-HIGH"])
    assert [line.id for line in picked] == ["DM-ARM-REASON"]


def test_an_unknown_id_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(CallError, match='no rule "LB-HIHG" in these packs; did you mean "LB-HIGH"'):
        find_rules(["sdtm"], rules=["LB-HIHG"])


def test_files_of_rules_stand_beside_packs(tmp_path: Path) -> None:
    one, two = write(tmp_path, "one.yaml", "X-ONE"), write(tmp_path, "two.yaml", "X-TWO")
    listed = find_rules(["sdtm", one, two], rules=["X-ONE", "X-TWO"])
    assert [(line.pack, line.id) for line in listed] == [("rules", "X-ONE"), ("rules", "X-TWO")]


def test_a_name_may_say_its_pack() -> None:
    pack = load_pack("sdtm", examples=False)
    assert find_subject("sdtm:LB-HIGH", [pack]).id == "LB-HIGH"
    with pytest.raises(CallError, match='no rule or table "other:LB-HIGH" in sdtm'):
        find_subject("other:LB-HIGH", [pack])


def test_a_rule_is_described_with_what_was_set() -> None:
    page = describe_rule("LB-HIGH", settings={"LB-HIGH.rounding": "2"})
    assert "  rounding = 2 %, --set" in page


def test_a_rule_is_rendered_alone_and_with_its_table() -> None:
    alone, fused = render_rule("LB-HIGH"), render_rule("LB-HIGH", plan=True)
    assert alone.startswith("-- LB-HIGH on LB\n")
    assert 'FROM "LB"' in alone
    assert "rules on LB, two bits each" in fused.splitlines()[0]
    assert '-- LB-HIGH: "#mask' in fused
    assert '-- STUDY-DAY: "#mask' in fused


def test_a_derived_table_has_no_fused_statement() -> None:
    with pytest.raises(CallError, match='"target_size" is a derived table'):
        render_rule("target_size", plan=True)
