from pathlib import Path

from oncorules.rules.loading.loaded import has_domain, write_out_domain
from oncorules.rules.loading.loader import load_rule_files

RULE = """\
id: STUDY-DAY
title: --DY agrees with --DTC
kind: check
source: {document: SDTMIG v3.3, note: --DY}
applies_to: {table: [AE, LB], where: --DTC is not null}
parameters:
  slack: {value: 0, unit: day, source: ours}
condition: --DY <= slack
if_missing: {--DY: met}
message: Day {--DY} of {--DTC}.
examples:
  columns: [--DTC, --DY, expect]
  rows:
    - [2020-01-02, 1, met]
"""


def test_a_rule_on_several_tables_gives_one_instance_per_table(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RULE)
    pack = load_rule_files([path])
    assert [(one.id, one.table) for one in pack.rule_instances] == [
        ("STUDY-DAY", "AE"), ("STUDY-DAY", "LB"),
    ]  # fmt: skip
    rule = pack.rule_instances[1].rule
    assert rule.applies_to.table == ("LB",)
    assert rule.applies_to.where == "LBDTC is not null"
    assert (rule.condition, rule.message) == ("LBDY <= slack", "Day {LBDY} of {LBDTC}.")
    assert rule.if_missing == {"LBDY": "met"}
    assert rule.examples[0].grid is not None
    assert rule.examples[0].grid.columns == ("LBDTC", "LBDY", "expect")
    assert rule.source == pack.rules["STUDY-DAY"].source
    assert pack.rules["STUDY-DAY"].condition == "--DY <= slack"


def test_the_place_of_an_instance_is_that_of_the_rule(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RULE)
    (_, lb) = load_rule_files([path]).rule_instances
    offset = lb.rule.condition.index("slack")
    assert lb.place("condition", offset=offset) == f"{path}:8:20"


def test_only_two_dashes_before_a_capital_stand_for_the_domain() -> None:
    data = ["a - -1", "2014--05", "--", {"--SEQ": ["--DTC", 1, None]}]
    assert write_out_domain(data, "AE") == [
        "a - -1",
        "2014--05",
        "--",
        {"AESEQ": ["AEDTC", 1, None]},
    ]
    assert has_domain(data) and not has_domain(data[:3])


def test_a_split_data_set_takes_the_letters_of_its_domain() -> None:
    assert write_out_domain("--DTC", "LBCH") == "LBDTC"
