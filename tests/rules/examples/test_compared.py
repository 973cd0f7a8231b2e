from pathlib import Path

from oncorules.rules.examples.compared import compared_columns
from oncorules.rules.loading.loader import load_rule_files

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


def test_a_comparison_reaches_through_selections_and_gradings(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    more = """\
  - id: FLOW
    title: t
    kind: check
    source: ours
    applies_to: {table: flow}
    condition: millimetres > 0 and STEP = 1
selections:
  flow: {of: size, steps: [LARGE], if_not_evaluable: keep}
gradings:
  graded:
    of: largest
    source: ours
    reads: {TEST: USUBJID, VALUE: twice}
    terms:
      - {term: T, test: A, direction: low, grades: {1: VALUE < LLN}}
"""
    path.write_text(TEXT.replace("rules:\n", "      twice: {value: 2 * most}\nrules:\n") + more)
    compared = compared_columns([load_rule_files([path])])
    assert compared["rules", "flow"] == {"millimetres", "STEP"}
    assert compared["rules", "size"] == {"millimetres", "copied"}
    assert compared["rules", "largest"] == {"most", "twice"}
