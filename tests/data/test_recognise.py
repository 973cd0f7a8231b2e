"""Tables are recognised by name, by DOMAIN and by their columns, and never where two would do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.data.export import Export, read_export
from oncorules.data.recognise import Recognised, recognise

AE = "STUDYID,USUBJID,AESEQ,AETERM,AEDECOD\nS,A,1,Cough,Cough\n"
LB = "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD\n"


def export_of(folder: Path, **files: str) -> Export:
    """Write CSV files and read them as one export."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return read_export(folder)


@pytest.fixture
def recognised(tmp_path: Path):
    """Recognise CSV files."""

    def recognised(**files: str) -> Recognised:
        return recognise(export_of(tmp_path / "export", **files))

    return recognised


def test_a_file_that_is_called_as_a_table_is_that_table_and_needs_no_note(recognised) -> None:
    found = recognised(ae=AE)
    assert (found.sdtm, found.notes) == (("AE",), ())


def test_a_name_without_any_column_of_the_table_is_no_evidence(recognised) -> None:
    found = recognised(ae="record_id,event\n1,Cough\n")
    assert (found.sdtm, found.unknown) == ((), ("AE",))


def test_the_column_domain_tells_the_table(recognised) -> None:
    found = recognised(labs_2024=LB + "S,LB,A,1,ALT\nS,LB,A,2,AST\n")
    assert found.sdtm == ("LB",)
    assert [str(note) for note in found.notes] == [
        "labs_2024.csv: taken for table LB: its column DOMAIN says so"
    ]


def test_a_column_domain_with_two_values_tells_nothing(recognised) -> None:
    assert "LB" not in recognised(mixed=LB + "S,LB,A,1,ALT\nS,VS,A,2,WEIGHT\n").export.tables


def test_required_columns_that_only_one_table_has_tell_it(recognised) -> None:
    found = recognised(events=AE)
    assert found.export.tables["AE"].parts[0].file == "events.csv"
    assert found.notes[0].text == "taken for table AE: it has AEDECOD, AESEQ, AETERM"


def test_a_supplemental_table_is_named_after_its_parent(recognised) -> None:
    rows = "USUBJID,RDOMAIN,IDVAR,IDVARVAL,QNAM,QVAL\nA,AE,AESEQ,1,AETRTEM,Y\n"
    assert recognised(extra=rows).sdtm == ("SUPPAE",)


def test_two_files_of_the_same_columns_are_one_table(recognised) -> None:
    one, other = LB + "S,LB,A,1,ALT\n", LB + "S,LB,A,2,AST\n"
    table = recognised(lbch=one, lbhe=other).export.tables["LB"]
    assert [part.file for part in table.parts] == ["lbch.csv", "lbhe.csv"]


def test_a_second_file_of_other_columns_is_left_as_it_is_and_told(recognised) -> None:
    found = recognised(
        ae=AE, more=AE.replace("AEDECOD\n", "AEDECOD,AESEV\n").replace("h\n", "h,1\n")
    )
    assert set(found.export.tables) == {"AE", "MORE"}
    assert "looks like table AE" in found.notes[0].text


def test_an_sdtm_domain_that_the_model_does_not_have_is_sdtm_all_the_same(recognised) -> None:
    assert recognised(qs="STUDYID,DOMAIN,USUBJID\nS,QS,A\n").sdtm == ("QS",)


def test_tables_of_adam_are_told_apart_from_sdtm(recognised) -> None:
    found = recognised(adtte="STUDYID,USUBJID,PARAMCD,AVAL\nS,A,OS,3\n")
    assert (found.sdtm, found.adam) == ((), ("ADTTE",))


def test_a_file_without_rows_is_not_guessed_from_its_values(recognised) -> None:
    assert recognised(empty=LB).export.tables["EMPTY"].parts[0].rows == 0


NAMES = st.sampled_from(
    ["STUDYID", "DOMAIN", "USUBJID", "AESEQ", "AETERM", "AEDECOD", "RDOMAIN", "QNAM", "select",
     "=1+1", "<b>x</b>", "VISITNUM", "SUBJID", "SITEID", "SEX", "COUNTRY", "PARAMCD"]
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    headers=st.lists(st.lists(NAMES, min_size=1, unique=True), min_size=1, max_size=4),
    value=st.sampled_from(["AE", "DM", "", "=cmd", "../x"]),
)
def test_no_file_is_lost_or_doubled_whatever_the_headers(headers, value, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("export")
    files = {
        f"file{number}": f"{','.join(names)}\n{','.join([value] * len(names))}\n"
        for number, names in enumerate(headers)
    }
    export = export_of(folder, **files)
    found = recognise(export)
    parts = [part.file for table in found.export.tables.values() for part in table.parts]
    assert sorted(parts) == sorted(f"{name}.csv" for name in files)
    assert {*found.sdtm, *found.adam, *found.unknown} == set(found.export.tables)
