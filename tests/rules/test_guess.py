"""Without configuration the packs that are for an export are picked, and each guess is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.data.demo import demo_export
from oncorules.data.export import read_export
from oncorules.errors import DataError
from oncorules.rules.guess import guess
from oncorules.rules.loading.fitting import find_fitting
from oncorules.rules.loading.loader import load_pack
from oncorules.validation.explain import explain
from oncorules.validation.run import validate

PILOT = Path(__file__).parents[2].parent / "shared" / "exports" / "cdisc-pilot"


def test_a_pack_fits_when_all_and_any_of_its_tables_are_there() -> None:
    assert [one.id for one in find_fitting({"TU": set(), "TR": set()})] == ["sdtm"]
    found = find_fitting({"TU": set(), "TR": set(), "RS": set()})
    assert [one.id for one in found] == ["recist-checks", "sdtm"]


def test_no_version_of_the_grades_is_picked_and_each_says_why() -> None:
    found = [one for one in find_fitting({"AE": {"AETOXGR"}}) if one.ask]
    assert len(found) == 4
    assert {one.because for one in found} == {("AE.AETOXGR",)}
    assert not any(one.ask for one in find_fitting({"AE": {"AETERM"}}))


def test_the_tables_that_the_checks_say_they_fit_are_those_their_rules_read() -> None:
    pack = load_pack("sdtm", examples=False)
    tables = {rule.table for rule in pack.rule_instances} - set(pack.derived_names)
    assert pack.header is not None
    assert {name for name in tables if not name.startswith("SUPP")} == set(
        pack.header.data["fits"]["any_of"]
    )


def test_every_guess_is_among_the_notes_with_the_way_to_correct_it() -> None:
    export, picked = guess(read_export(demo_export()))
    told = "\n".join(note.text for note in export.notes)
    assert picked == ["recist-checks", "sdtm"]
    for words in ("taken for SDTM", "rules of", "not picked: the protocol", "--pack PACK"):
        assert words in told


def test_an_export_of_no_standard_is_refused_with_the_next_step(tmp_path) -> None:
    (tmp_path / "people.csv").write_text("pid,born\n1,1960\n", "utf-8")
    with pytest.raises(DataError, match=r"among PEOPLE; oncorules init .* --out OUR-STUDY"):
        guess(read_export(tmp_path))


def test_an_adam_export_is_checked_for_its_structure_alone(tmp_path) -> None:
    (tmp_path / "adtte.csv").write_text("STUDYID,USUBJID,PARAMCD,AVAL\nS,A,OS,x\n", "utf-8")
    with validate(tmp_path) as result:
        assert result.session.packs == ()
        assert result.findings.count > 0


def test_explain_finds_the_rule_of_a_table_that_is_called_otherwise(tmp_path) -> None:
    (tmp_path / "events.csv").write_text(
        "STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESTDTC,AEENDTC\n"
        "S,AE,A,1,Cough,Cough,2024-02-02,2024-02-01\n",
        "utf-8",
    )
    with validate(tmp_path, rules=["START-BEFORE-END"]) as result:
        [finding] = result.findings.rows()
    assert (finding.table, finding.place) == ("AE", "events.csv:1")
    [explained] = explain(tmp_path, finding=finding.finding_id)
    assert explained.rule_id == "START-BEFORE-END"


@pytest.mark.skipif(not PILOT.is_dir(), reason="the pilot export is not beside the project")
def test_the_pilot_export_starts_without_configuration() -> None:
    export, picked = guess(read_export(PILOT))
    assert picked == ["sdtm"]
    assert "at least SDTMIG 3.3" in export.notes[-3].text
