from pathlib import Path

import pytest

from oncorules.data.export import read_export
from oncorules.engine.duckdb import Engine
from oncorules.errors import CallError, DataError, RuleError
from oncorules.rules.session import choose_rules, load_packs, model_of, open_session

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


RULES = "parameters: {own: {value: 1, source: ours}}"


def test_the_study_comes_first_and_a_pack_is_named_once(tmp_path: Path) -> None:
    text = 'id: trial\ntitle: Trial\nversion: "1"\nlanguage: 1\n'
    study = write(tmp_path, "trial.yaml", text)
    assert [pack.id for pack in load_packs(["sdtm"], study)] == ["trial", "sdtm"]
    with pytest.raises(CallError, match='the pack "sdtm" is named twice'):
        load_packs(["sdtm", "sdtm"])


def test_a_pack_that_another_one_extends_is_part_of_that_one(tmp_path: Path) -> None:
    text = 'id: trial\ntitle: Trial\nversion: "1"\nlanguage: 1\nextends: sdtm\n'
    trial = write(tmp_path, "trial.yaml", text)
    assert [pack.id for pack in load_packs(["sdtm", trial])] == ["trial"]


def test_a_pack_that_is_only_called_like_the_extended_one_stays(tmp_path: Path) -> None:
    text = 'id: trial\ntitle: Trial\nversion: "1"\nlanguage: 1\nextends: sdtm\n'
    trial = write(tmp_path, "trial.yaml", text)
    other = write(
        tmp_path,
        "other.yaml",
        text.replace("id: trial", "id: sdtm").replace("extends: sdtm", RULES),
    )
    assert [pack.id for pack in load_packs([other, trial])] == ["sdtm", "trial"]


def test_two_packs_cannot_bring_different_rules_under_one_id(tmp_path: Path) -> None:
    one = write(tmp_path, "one.yaml", f"id: DM-ARM-REASON\n{RULE}")
    with pytest.raises(RuleError, match='rule "DM-ARM-REASON" of rules has the id of a rule of sd'):
        choose_rules(load_packs(["sdtm", one]), (), ())


PACK = 'id: trial\ntitle: Trial\nversion: "1"\nlanguage: 1\nrules:\n'
ENTRY = "  - {{id: {}, title: t, kind: {}, source: ours, applies_to: {{table: [AE, DM]}}, {}}}\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    rules = [
        ENTRY.format("ONE", "check", "condition: USUBJID = 'A'"),
        ENTRY.format("TWO", "check", "condition: USUBJID = 'A'"),
        ENTRY.format("INCLUDED", "eligibility", "condition: USUBJID = 'A'"),
    ]
    return write(tmp_path, "trial.yaml", PACK + "".join(rules))


def chosen(pack: Path, rules: list[str], exclude: list[str]) -> list[str]:
    loaded = load_packs([pack])
    return [f"{one.id} {one.table} {owner}" for one, owner in choose_rules(loaded, rules, exclude)]


def test_all_checks_are_run_on_each_of_their_tables_and_no_criterion(pack: Path) -> None:
    assert chosen(pack, [], []) == ["ONE AE trial", "ONE DM trial", "TWO AE trial", "TWO DM trial"]


def test_rules_are_chosen_in_the_order_of_the_pack_and_left_out_after_that(pack: Path) -> None:
    assert chosen(pack, ["TWO", "ONE"], ["ONE"]) == ["TWO AE trial", "TWO DM trial"]
    assert chosen(pack, [], ["ONE", "TWO"]) == []


def test_the_id_of_a_structure_check_chooses_no_rule_and_is_no_error(pack: Path) -> None:
    assert chosen(pack, ["AE.AESEQ.type"], []) == []
    assert len(chosen(pack, [], ["AE.AESEQ.type"])) == 4


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("ONEE", 'there is no rule "ONEE" in these packs; did you mean "ONE"'),
        ("INCLUDED", '"INCLUDED" is an eligibility criterion'),
    ],
)
def test_a_name_that_no_check_has_is_refused(pack: Path, name: str, match: str) -> None:
    for rules, exclude in (([name], []), ([], [name])):
        with pytest.raises(CallError, match=match):
            chosen(pack, rules, exclude)


def test_without_a_pack_the_shipped_one_is_used() -> None:
    assert [one.id for one in load_packs([])] == ["sdtm"]


def test_a_session_knows_the_export_and_is_closed_at_the_end(tmp_path: Path, pack: Path) -> None:
    export = write(tmp_path, "ae.csv", "USUBJID,AESEQ\nA,1\n")
    with open_session(export, [pack], jobs=1) as session:
        folder = session.engine.folder
        assert list(session.tables) == list(session.export.tables) == ["AE"]
        assert session.workspace.rows == {"AE": 1}
        assert session.workspace.present == {"AE": {"USUBJID": "text", "AESEQ": "integer"}}
        assert (len(session.rules), [one.id for one in session.packs]) == (4, ["trial"])
    assert not folder.exists()


def test_an_export_is_taken_from_several_places_or_as_it_was_read(
    tmp_path: Path, pack: Path
) -> None:
    one = write(tmp_path, "ae.csv", "USUBJID,AESEQ\nA,1\n")
    two = write(tmp_path, "dm.csv", "USUBJID,AGE\nA,1\n")
    for paths in ([one, two], [str(one), two], read_export(one, two)):
        with open_session(paths, [pack], jobs=1) as session:
            assert list(session.tables) == ["AE", "DM"]


def test_a_table_of_the_pack_joins_the_model(tmp_path: Path) -> None:
    own = "export_tables:\n  PET:\n    key: [USUBJID]\n    columns: {USUBJID: text, SUV: number}\n"
    pack = write(tmp_path, "trial.yaml", PACK.removesuffix("rules:\n") + own)
    model = model_of(load_packs([pack, "sdtm"]))
    assert model.table("PET").columns["SUV"].type == "number"
    assert model.table("AE") is not None


def test_an_engine_that_cannot_load_is_closed(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []
    real = Engine.close
    monkeypatch.setattr(Engine, "close", lambda self: (real(self), closed.append(self.folder)))
    bad = write(tmp_path, "ae.csv", 'USUBJID,AESEQ\nA,1\nB\nC,"x\n')
    with pytest.raises(DataError):
        open_session(bad, [pack], jobs=1)
    assert [folder.exists() for folder in closed] in ([], [False])
