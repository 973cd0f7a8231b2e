"""Masks: who is in a trial cannot be read, nor found by trying."""

from __future__ import annotations

import hashlib

from tests.report.validated import ADULT, DM, rows, small_run

from oncorules.report.masked import Mask, Masking, mask_of

MASK = Mask(b"pepper", {"ONC-01-010": "010", "ONC-01-011": None, "Jan Smit": None})


def test_the_same_subject_is_always_called_the_same():
    assert MASK.subject("ONC-01-010") == MASK.subject("ONC-01-010")
    assert MASK.subject("ONC-01-010") != MASK.subject("ONC-01-011")
    assert MASK.subject(None) is None


def test_a_mask_is_no_plain_hash_of_the_name():
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, b"ONC-01-010").hexdigest()
        assert digest[:12] not in (MASK.subject("ONC-01-010") or "")


def test_subjects_are_masked_wherever_they_stand_as_a_word():
    one, other = MASK.subject("ONC-01-010"), MASK.subject("ONC-01-011")
    text = "ONC-01-010, not (ONC-01-011). Of ONC-01-0100 nothing is known: ONC-01-010."
    assert MASK.text(text) == (f"{one}, not ({other}). Of ONC-01-0100 nothing is known: {one}.")


def test_the_number_within_the_study_is_masked_for_its_own_subject_only():
    assert MASK.text("number 010", "ONC-01-010") == f"number {MASK.subject('ONC-01-010')}"
    assert MASK.text("weight 010", "ONC-01-011") == "weight 010"


def test_a_name_with_a_blank_is_masked_in_the_texts_about_it():
    assert MASK.text("Jan Smit has no consent", "Jan Smit").startswith("S-")


def test_a_salt_of_the_environment_lasts_and_one_of_the_run_does_not(desk, monkeypatch):
    with small_run(desk) as result:
        monkeypatch.setenv("ONCORULES_SALT", "pepper")
        assert mask_of(result.session).lasting
        monkeypatch.delenv("ONCORULES_SALT")
        first, second = mask_of(result.session), mask_of(result.session)
        assert not first.lasting
        assert first.subject("A") != second.subject("A")


def test_what_is_for_servers_is_masked_unless_it_is_asked_for(desk):
    with small_run(desk) as result:
        told = [
            [Masking(result.session, asked).of(servers) is not None for servers in (True, False)]
            for asked in (None, True, False)
        ]
    assert told == [[True, False], [True, True], [False, False]]


def test_a_masked_workbook_names_nobody_on_any_sheet(desk, tmp_path, monkeypatch):
    import openpyxl

    from oncorules.report.choices import Choices
    from oncorules.report.findings_workbook import write_workbook

    monkeypatch.setenv("ONCORULES_SALT", "pepper")
    with small_run(desk) as result:
        mask = mask_of(result.session)
        write_workbook(result, tmp_path / "run.xlsx", Choices(mask=mask))
        identities = {one.finding_id for one in result.findings.rows()}
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    told = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert not told & ({"A", "B", "C", "X"} | identities)
    assert {one["subject"] for one in rows(book["Findings"])} == {
        mask.subject(name) for name in "ABX"
    }


def test_a_masked_page_names_nobody_and_leaves_reasons_out(desk, tmp_path, monkeypatch):
    from oncorules.report.choices import Choices
    from oncorules.report.findings_page import write_page

    monkeypatch.setenv("ONCORULES_SALT", "pepper")
    export = desk.export(DM=DM.replace("B  ", "SECRET-7"))
    with desk.run(
        export, desk.pack(ADULT.replace("Age {AGE}.", "'{USUBJID} is {AGE}.'"))
    ) as result:
        mask = mask_of(result.session)
        (found,) = result.findings.rows()
        write_page(result, tmp_path / "shown.html")
        write_page(result, tmp_path / "masked.html", Choices(mask=mask))
    shown, masked = ((tmp_path / f"{name}.html").read_text() for name in ("shown", "masked"))
    for text in ("SECRET-7", found.finding_id):
        assert text in shown
        assert text not in masked
    assert f"{mask.subject('SECRET-7')} is 12." in masked
    assert "Subjects are masked; reasons are left out" in masked
