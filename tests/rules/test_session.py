from pathlib import Path

import pytest

from oncorules.errors import CallError, RuleError
from oncorules.rules.session import choose_rules, load_packs

RULE = "title: t\nkind: check\nsource: ours\napplies_to: {table: DM}\ncondition: AGE > 0\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_files_of_rules_become_one_pack_after_the_others(tmp_path: Path) -> None:
    one = write(tmp_path, "one.yaml", f"id: ONE\n{RULE}")
    two = write(tmp_path, "two.yaml", "parameters:\n  least: {value: 1, source: ours}\n")
    packs = load_packs([one, "sdtm", two])
    assert [pack.id for pack in packs] == ["sdtm", "rules"]
    assert list(packs[1].rules) == ["ONE"]
    assert list(packs[1].parameters) == ["least"]


def test_a_file_with_a_header_is_a_pack(tmp_path: Path) -> None:
    text = 'id: mine\ntitle: Mine\nversion: "1"\nlanguage: 1\n'
    assert [pack.id for pack in load_packs([write(tmp_path, "mine.yaml", text)])] == ["mine"]


def test_a_pack_that_forgets_its_language_is_still_meant_as_a_pack(tmp_path: Path) -> None:
    text = 'id: mine\ntitle: Mine\nversion: "1"\nrules: []\n'
    with pytest.raises(RuleError, match='missing key "language"'):
        load_packs([write(tmp_path, "mine.yaml", text)])


def test_the_study_comes_first_and_a_pack_is_named_once(tmp_path: Path) -> None:
    text = 'id: trial\ntitle: Trial\nversion: "1"\nlanguage: 1\n'
    study = write(tmp_path, "trial.yaml", text)
    assert [pack.id for pack in load_packs(["sdtm"], study)] == ["trial", "sdtm"]
    with pytest.raises(CallError, match='the pack "sdtm" is named twice'):
        load_packs(["sdtm", "sdtm"])


def test_two_packs_cannot_bring_different_rules_under_one_id(tmp_path: Path) -> None:
    one = write(tmp_path, "one.yaml", f"id: DM-ARM-REASON\n{RULE}")
    with pytest.raises(RuleError, match='rule "DM-ARM-REASON" of rules has the id of a rule of sd'):
        choose_rules(load_packs(["sdtm", one]), (), ())
