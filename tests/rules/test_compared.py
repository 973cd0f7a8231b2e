from pathlib import Path

from oncorules.rules.compared import compared_columns
from oncorules.rules.loader import load_rule_files

TEXT = """\
tables:
  size:
    one_row_per: [USUBJID, TRSEQ]
    from: TR
    columns:
      millimetres: {value: case when TRSTAT = 'NOT DONE' then 0 else TRSTRESN end}
      label: {value: "concat(TRLNKID, 'x')"}
      copied: {value: millimetres}
  largest:
    one_row_per: [USUBJID]
    from: size
    columns:
      most: {value: max(copied)}
rules:
  - id: LARGE
    title: The largest lesion is large
    kind: check
    source: ours
    applies_to: {table: DM}
    lookups:
      found: {from: largest, take: only}
    columns:
      whole: {value: found.most}
    condition: whole >= 10
"""


def test_a_comparison_reaches_through_lookups_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(TEXT)
    pack = load_rule_files([path])
    compared = compared_columns([pack])
    assert compared["rules", "largest"] == {"most"}
    assert compared["rules", "size"] == {"copied"}


def test_what_is_compared_of_a_selection_or_grading_stays_there(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        TEXT + "selections:\n  flow: {of: DM, steps: [LARGE], if_not_evaluable: keep}\n"
    )
    text = path.read_text()
    more = "  - id: FLOW\n    title: t\n    kind: check\n    source: ours\n"
    more += "    applies_to: {table: flow}\n    condition: USUBJID <> 'A'\n"
    path.write_text(text.replace("selections:", more + "selections:"))
    assert set(compared_columns([load_rule_files([path])])) == {
        ("rules", "largest"), ("rules", "size"),
    }  # fmt: skip
