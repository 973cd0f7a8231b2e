from decimal import Decimal
from pathlib import Path

from oncorules.rules.examples.mutations import Mutation, mutations
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.loader import load_rule_files
from oncorules.rules.loading.model import Rule, Table
from oncorules.rules.loading.parameters import resolve_parameters

RULE = """\
parameters:
  window_days: {value: 7, source: ours}
  unused: {value: 3, source: ours}
schedules:
  scans: {from: RFSTDTC, at: [planned], tolerance: "1"}
rules:
  - id: PLATELETS
    title: Platelets are high enough shortly before
    kind: check
    source: ours
    applies_to: {table: LB, where: LBSTRESN > 0}
    parameters:
      lowest: {value: 7.50, unit: 10^9/L, source: ours}
      within: {value: 28, step: 7, unit: day, source: ours}
      way: {value: strict, choices: [strict, loose], source: ours}
    lookups:
      subject: {from: DM, where: AGE >= 18, take: only}
    windows:
      near: {per: [USUBJID], order: [LBDTC], rows: in the next 3 days}
      around: {per: [USUBJID], order: [LBDTC], rows: in the last window_days days}
    columns:
      share:
        first_true:
          - 5: LBSTRESN < 9
          - 6: otherwise
    condition: >
      LBSTRESN >= lowest and days_between(subject.RFSTDTC, LBDTC) <= within
      and share = LBSTRESN
    message: "{LBSTRESN}"
"""
TABLE = """\
tables:
  course:
    one_row_per: [USUBJID, LBDTC]
    from: LB
    where: LBSEQ > 1
    until: LBSTRESN < 2
    runs:
      block: {per: [USUBJID], order: [LBDTC], of: LBSTRESN <= 3}
    columns:
      high: {value: LBSTRESN >= 4}
    decide:
      sets: [grade]
      lines:
        - when: LBSTRESN > 5
          grade: 1
        - when: otherwise
          grade: 0
    keep: LBSTRESN < 6
"""


def load(tmp_path: Path, text: str) -> LoadedPack:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    return load_rule_files([path])


def of_rule(pack: LoadedPack) -> list[Mutation]:
    one = pack.rule_instances[0]
    seen = resolve_parameters([pack]).of(pack.id, one.id)
    return list(mutations(one.rule, seen, pack.schedules))


def of_table(pack: LoadedPack, compared: tuple[str, ...] = ()) -> list[Mutation]:
    ((name, table),) = pack.tables.items()
    seen = resolve_parameters([pack]).of(pack.id, name)
    return list(mutations(table, seen, pack.schedules, compared))


def test_every_part_of_a_rule_that_decides_is_changed(tmp_path: Path) -> None:
    found = [(".".join(map(str, m.path)), m.sentence) for m in of_rule(load(tmp_path, RULE))]
    assert found == [
        ("applies_to.where", "> becomes >="),
        ("applies_to.where", "0 becomes 1"),
        ("applies_to.where", "0 becomes -1"),
        ("lookups.subject.where", ">= becomes >"),
        ("lookups.subject.where", "18 becomes 19"),
        ("lookups.subject.where", "18 becomes 17"),
        ("columns.share.first_true.0.when", "< becomes <="),
        ("columns.share.first_true.0.when", "9 becomes 10"),
        ("columns.share.first_true.0.when", "9 becomes 8"),
        ("columns.share.first_true.0.result", "5 becomes 6"),
        ("columns.share.first_true.0.result", "5 becomes 4"),
        ("columns.share.first_true.1.result", "6 becomes 7"),
        ("columns.share.first_true.1.result", "6 becomes 5"),
        ("condition", ">= becomes >"),
        ("condition", "<= becomes <"),
        ("windows.near.rows", "3 becomes 4"),
        ("windows.near.rows", "3 becomes 2"),
        ("windows.around.rows", "parameter window_days: 7 becomes 8"),
        ("windows.around.rows", "parameter window_days: 7 becomes 6"),
        ("parameters.lowest.value", "parameter lowest: 7.50 becomes 7.51"),
        ("parameters.lowest.value", "parameter lowest: 7.50 becomes 7.49"),
        ("parameters.within.value", "parameter within: 28 becomes 35"),
        ("parameters.within.value", "parameter within: 28 becomes 21"),
    ]


def test_only_the_limit_is_changed_in_the_rule(tmp_path: Path) -> None:
    pack = load(tmp_path, RULE)
    rule = pack.rule_instances[0].rule
    first, *_, last = of_rule(pack)
    assert isinstance(first.item, Rule)
    assert first.item.applies_to.where == "LBSTRESN >= 0"
    assert first.item.applies_to.table == ("LB",)
    same = first.item.applies_to.model_copy(update={"where": "LBSTRESN > 0"})
    assert first.item.model_copy(update={"applies_to": same}) == rule
    assert (last.item, last.settings) == (rule, {"within": 21})


def test_a_parameter_keeps_its_kind(tmp_path: Path) -> None:
    settings = [m.settings for m in of_rule(load(tmp_path, RULE)) if m.settings]
    assert settings[2] == {"lowest": Decimal("7.51")}
    assert isinstance(settings[0]["window_days"], int)


def test_a_limit_is_placed_to_the_character(tmp_path: Path) -> None:
    pack = load(tmp_path, RULE)
    one = pack.rule_instances[0]
    lines = (tmp_path / "rules.yaml").read_text().splitlines()
    for mutation in of_rule(pack):
        place = one.place(*mutation.path, offset=mutation.offset)
        _, line, column = place.rsplit(":", 2)
        written = mutation.sentence.split(" becomes ")[0]
        if mutation.path[-1] == "rows" and mutation.settings:
            written = "window_days"
        if mutation.settings and mutation.path[-1] == "value":
            written = written.split(": ")[1]
        assert lines[int(line) - 1][int(column) - 1 :].startswith(written), place


def test_every_part_of_a_derived_table_that_decides_is_changed(tmp_path: Path) -> None:
    found = of_table(load(tmp_path, TABLE))
    assert [".".join(map(str, m.path)) for m in found if "becomes <" in m.sentence] == [
        "until", "runs.block.of", "keep",
    ]  # fmt: skip
    assert [".".join(map(str, m.path)) for m in found if "becomes >" in m.sentence] == [
        "where", "columns.high.value", "decide.lines.0.when",
    ]  # fmt: skip
    numbers = [m.sentence for m in found if m.sentence[0].isdigit()]
    assert [sentence[0] for sentence in numbers] == list("112233445566")
    assert isinstance(found[0].item, Table)
    assert found[0].item.where == "LBSEQ >= 1"


def test_a_number_in_a_column_is_a_limit_when_others_compare_the_column(tmp_path: Path) -> None:
    pack = load(tmp_path, TABLE)
    told = {m.sentence for m in of_table(pack, ("grade",))}
    assert told - {m.sentence for m in of_table(pack)} == {
        "1 becomes 2", "1 becomes 0", "0 becomes 1", "0 becomes -1",
    } - {m.sentence for m in of_table(pack)}  # fmt: skip
    paths = {m.path for m in of_table(pack, ("grade",))}
    assert ("decide", "lines", 1, "values", "grade") in paths


def test_a_parameter_behind_a_schedule_is_a_limit(tmp_path: Path) -> None:
    text = RULE.replace("window_days: {", "planned: {value: 42, source: ours}\n  window_days: {")
    text = text.replace("share = LBSTRESN", "planned_between(scans, LBDTC, LBENDTC) = share")
    sentences = [m.sentence for m in of_rule(load(tmp_path, text))]
    assert "parameter planned: 42 becomes 43" in sentences
