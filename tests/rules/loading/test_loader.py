from pathlib import Path

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.rules.loading.loader import load_pack, load_rule_files, shipped_packs

HEADER = "id: trial\ntitle: A trial\nversion: 1.10\nlanguage: 1\n"
RULE = """\
  - id: {id}
    title: Dose above zero
    kind: check
    source: ours
    applies_to: {{table: EX}}
    condition: EXDOSE > 0
"""
TABLE = """\
tables:
  subject:
    one_row_per: [USUBJID]
    from: DM
    columns:
      AGE2:
        value: AGE + AGE
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def rules(*ids: str) -> str:
    return "rules:\n" + "".join(RULE.format(id=one) for one in ids)


def said(path: Path) -> list[str]:
    """Return the problems of a pack, with the folder left out of the places."""
    with pytest.raises(RuleError) as caught:
        load_pack(path)
    return [str(problem).replace(f"{path}/", "") for problem in caught.value.problems]


def test_a_folder_with_its_sub_folders_is_one_pack(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, doses=rules("A", "B"), more__tables=TABLE)
    pack = load_pack(tmp_path)
    assert (pack.id, pack.version, list(pack.rules)) == ("trial", "1.10", ["A", "B"])
    assert list(pack.tables) == ["subject"]
    assert [(one.id, one.table, one.pack) for one in pack.rule_instances] == [
        ("A", "EX", "trial"), ("B", "EX", "trial"),
    ]  # fmt: skip


def test_a_pack_may_be_one_file(tmp_path: Path) -> None:
    write(tmp_path, trial=HEADER + rules("A"))
    assert list(load_pack(tmp_path / "trial.yaml").rules) == ["A"]


def test_a_file_may_hold_a_single_rule(tmp_path: Path) -> None:
    single = "\n".join(line[4:] for line in RULE.format(id="A").splitlines())
    write(tmp_path, pack=HEADER, a=single)
    pack = load_pack(tmp_path)
    assert list(pack.rules) == ["A"]
    assert pack.place("rules", "A", "condition") == f"{tmp_path}/a.yaml:6:12"


def test_every_part_has_its_place_down_to_the_character(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, subject=TABLE)
    pack = load_pack(tmp_path)
    path = ("tables", "subject", "columns", "AGE2", "value")
    assert pack.place(*path) == f"{tmp_path}/subject.yaml:7:16"
    assert pack.place(*path, offset=6) == f"{tmp_path}/subject.yaml:7:22"
    assert pack.place("tables", "subject", "columns", "AGE2", key=True).endswith(":6:7")
    assert pack.place("", "", "version") == f"{tmp_path}/pack.yaml:3:10"


def test_two_rules_with_one_id_name_both_places(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a=rules("SAME"), b=rules("OTHER", "SAME"))
    assert said(tmp_path) == [
        f"b.yaml:8:5: rule SAME stands twice; first at {tmp_path}/a.yaml:2:5".replace(
            f"{tmp_path}/", ""
        )
    ]


def test_two_tables_with_one_name_name_both_places(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a=TABLE, b=TABLE)
    assert said(tmp_path) == ["b.yaml:2:3: table subject stands twice; first at a.yaml:2:3"]


def test_problems_of_all_files_come_together_in_the_order_of_the_files(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a=rules("A").replace("title", "titel"),
          b=rules("B").replace("kind: check", "kind: chek"))  # fmt: skip
    assert said(tmp_path) == [
        'a.yaml:3:5: unknown key "titel" in rule A; did you mean "title"?',
        'b.yaml:4:11: expected one of "check", "eligibility", found "chek"; did you mean "check"?',
    ]


def test_unreadable_files_come_together_too(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a="rules:\n\t- x", b="rules: [")
    assert [line.split(":")[0] for line in said(tmp_path)] == ["a.yaml", "b.yaml"]


def test_a_newer_language_asks_for_a_newer_oncorules_and_says_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER.replace("language: 1", "language: 2\nnew_word: x"), a="rulez: []")
    (line,) = said(tmp_path)
    assert line.startswith("pack.yaml:4:11: the pack is written in rule language 2, and oncorules ")
    assert line.endswith(" reads language 1; install a newer oncorules")


def test_a_link_that_leads_out_of_the_pack_is_refused(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", secret=rules("A")) / "secret.yaml"
    pack = write(tmp_path / "pack", pack=HEADER)
    (pack / "inner.yaml").symlink_to(outside)
    (pack / "folder").symlink_to(outside.parent)
    problem = "a link that leads out of the pack; copy the file"
    assert said(pack) == [f"folder: {problem}", f"inner.yaml: {problem}"]


@pytest.mark.parametrize("parent", ["../other", "/etc/passwd", ".."])
def test_extends_takes_ids_and_no_paths(tmp_path: Path, parent: str) -> None:
    write(tmp_path, pack=HEADER + f"extends: {parent}\n")
    assert said(tmp_path) == [
        f'pack.yaml:5:10: "{parent}" is not a pack id; expected letters, digits, dots and hyphens'
    ]


def test_a_folder_without_pack_yaml_is_no_pack(tmp_path: Path) -> None:
    write(tmp_path, a=rules("A"))
    with pytest.raises(RuleError, match=r"a pack folder needs a pack\.yaml; there is none"):
        load_pack(tmp_path)


def test_an_empty_pack_yaml_is_said(tmp_path: Path) -> None:
    write(tmp_path, pack="# nothing yet\n")
    assert said(tmp_path) == ["pack.yaml: expected a mapping (key: value)"]


def test_the_header_belongs_to_pack_yaml(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a="version: 2\n", b="rulez: []\n")
    assert said(tmp_path) == [
        'a.yaml:1:1: the key "version" belongs to a pack: to its pack.yaml, or "--pack FILE"',
        'b.yaml:1:1: unknown key "rulez"; did you mean "rules"?',
    ]


def test_another_ending_is_not_silently_passed_over(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER)
    (tmp_path / "a.yml").write_text(rules("A"))
    assert said(tmp_path) == ['a.yml: is not read; rename it to end in ".yaml"']


def test_hidden_files_and_empty_files_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a="# later\n")
    (tmp_path / ".draft.yaml").write_text("rulez: []")
    assert not load_pack(tmp_path).rules


def test_rules_are_a_list_and_tables_a_mapping(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a="rules: {A: 1}\ntables: [a]\n")
    assert said(tmp_path) == [
        'a.yaml:1:1: "rules": expected a list of rules (- id: ...)',
        'a.yaml:2:1: "tables": expected a mapping (name: ...)',
    ]


def test_a_name_with_a_blank_is_refused(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER + "parameters:\n  two words: {value: 1, source: ours}\n")
    assert said(tmp_path) == [
        'pack.yaml:6:3: "two words" is not a name; expected letters, digits and underscores'
    ]


def test_a_rule_without_id_is_said_where_it_stands(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a=rules("A").replace("id: A\n    title", "title"))
    (line,) = said(tmp_path)
    assert line.startswith('a.yaml:2:5: missing key "id" in rule')


def test_an_unknown_pack_lists_the_shipped_ones() -> None:
    with pytest.raises(
        CallError, match=r'there is no pack "sdtn"; did you mean "sdtm"\?'
    ) as caught:
        load_pack("sdtn")
    assert "shipped packs: " in str(caught.value)


def test_a_preset_with_an_unknown_parameter_is_a_problem_of_the_pack(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER + "parameters:\n  days: {value: 3, source: ours}\n"
          "presets:\n  fda: {dayz: 4}\n  ema: {days: many}\n")  # fmt: skip
    assert said(tmp_path) == [
        'pack.yaml:8:15: there is no parameter "trial:dayz"; did you mean "trial:days"?',
        'pack.yaml:9:15: "many" is not a number; trial:days is a number',
    ]


def test_examples_can_be_left_out_and_nothing_else_changes(tmp_path: Path) -> None:
    examples = "    examples:\n      columns: [EXDOSE, expect]\n      rows:\n        - [1, met]\n"
    write(tmp_path, pack=HEADER, a=rules("A") + examples + RULE.format(id="B"))
    whole, short = load_pack(tmp_path), load_pack(tmp_path, examples=False)
    assert len(whole.rules["A"].examples) == 1
    assert short.rules["A"].examples == ()
    assert short.rules["A"] == whole.rules["A"].model_copy(update={"examples": ()})
    assert short.place("rules", "B") == whole.place("rules", "B")
    assert short.content_hash == whole.content_hash


def test_the_content_hash_changes_with_any_byte(tmp_path: Path) -> None:
    write(tmp_path, pack=HEADER, a=rules("A"))
    before = load_pack(tmp_path).content_hash
    assert load_pack(tmp_path).content_hash == before
    write(tmp_path, a=rules("A") + "# a word\n")
    assert load_pack(tmp_path).content_hash != before


def test_rule_files_make_a_pack_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, a=rules("A"), b=TABLE)
    pack = load_rule_files([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert (pack.id, list(pack.rules), list(pack.tables)) == ("rules", ["A"], ["subject"])
    assert pack.rule_instances[0].pack == "rules"


def test_a_pack_given_as_rule_file_is_told_apart(tmp_path: Path) -> None:
    write(tmp_path, trial=HEADER)
    with pytest.raises(RuleError, match=r'the key "id" belongs to a pack: .*or "--pack FILE"'):
        load_rule_files([tmp_path / "trial.yaml"])


def test_a_rule_file_given_as_pack_is_one(tmp_path: Path) -> None:
    single = "\n".join(line[4:] for line in RULE.format(id="A").splitlines())
    write(tmp_path, a=single)
    pack = load_pack(tmp_path / "a.yaml")
    assert (pack.id, list(pack.rules)) == ("rules", ["A"])


def test_a_missing_rule_file_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="there is no rule file"):
        load_rule_files([tmp_path / "a.yaml"])


@pytest.mark.parametrize("pack_id", sorted(shipped_packs()))
def test_every_shipped_pack_loads_and_is_named_as_its_folder(pack_id: str) -> None:
    assert load_pack(pack_id).id == pack_id


def test_one_name_stands_for_one_derived_table_only(tmp_path: Path) -> None:
    selection = "selections:\n  subject: {of: DM, steps: [X], if_not_evaluable: keep}\n"
    write(tmp_path, pack=HEADER, a=TABLE, b=selection)
    assert said(tmp_path) == ['b.yaml:2:3: "subject" is the name of a table as well']
