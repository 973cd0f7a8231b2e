"""A study file from the exports of REDCap and Castor, and from files of any other make."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.data.export import read_export
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.loading.yaml_text import read_yaml_text
from oncorules.rules.starting.start import Started, start_study
from oncorules.validation.run import validate

REDCAP = """\
record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,\
dob,sex,race___1,demographics_complete,ae_term,ae_start,ae_serious,adverse_events_complete
1,baseline_arm_1,,,1960-02-03,1,1,2,,,,
1,baseline_arm_1,adverse_events,1,,,,,Cough,2024-03-05,0,2
1,baseline_arm_1,adverse_events,2,,,,,Fever,2024-03-07,1,2
2,baseline_arm_1,,,1950-12-31,2,0,2,,,,
"""
DICTIONARY = """\
"Variable / Field Name","Form Name","Field Type","Field Label",\
"Choices, Calculations, OR Slider Labels"
record_id,demographics,text,Record,
dob,demographics,text,Date of birth,
sex,demographics,radio,Sex,"1, Male | 2, Female"
ae_term,adverse_events,text,What happened,
ae_start,adverse_events,text,Start,
ae_serious,adverse_events,yesno,Serious?,
"""
CASTOR_STUDY = """\
Participant Id;Participant Status;Site Abbreviation;Participant Creation Date;\
geboortedatum;geslacht;gewicht
NL-001;active;AMC;01-02-2024 10:00:00;03-02-1960;Man;70,5
NL-002;active;UMC;01-02-2024 10:00:00;UK-03-1955;Vrouw;
"""
CASTOR_EVENTS = """\
Participant Id;Report creation date;Report Name Custom;Report Parent;\
Omschrijving;Startdatum;Einddatum;Ernstig
NL-001;x;AE - 1;Phase 1;Hoesten;05-03-2024;01-03-2024;Nee
"""


@pytest.fixture
def started(tmp_path: Path):
    """Write files, start a study for them, and keep it under `ours`."""

    def started(**files: str) -> Started:
        export = tmp_path / "export"
        export.mkdir()
        for name, text in files.items():
            (export / f"{name}.csv").write_text(text, "utf-8")
        found = start_study(read_export(export), "ours")
        (tmp_path / "ours").mkdir()
        (tmp_path / "ours" / "pack.yaml").write_text(found.text, "utf-8")
        return found

    return started


def columns_of(folder: Path, table: str) -> dict[str, object]:
    """Return the columns that the study reads for a table, by name."""
    [way] = load_pack(folder / "ours").read[table]
    return {name: one.as_source() for name, one in way.columns.items()}


def test_the_forms_of_a_redcap_export_are_tables_with_their_own_rows(started, tmp_path) -> None:
    started(trial=REDCAP, dictionary=DICTIONARY)
    read = load_pack(tmp_path / "ours").read
    assert set(read) == {"DM", "AE"}
    assert read["AE"][0].where == {"redcap_repeat_instrument": ("adverse_events",)}
    with validate(tmp_path / "export", study=tmp_path / "ours", structure="none") as result:
        rows = {table.name: table.rows for table in result.export.tables}
    assert (rows["DM"], rows["AE"]) == (2, 2)


def test_codes_come_from_the_data_dictionary(started, tmp_path) -> None:
    started(trial=REDCAP, dictionary=DICTIONARY)
    assert columns_of(tmp_path, "DM")["SEX"].codes == {"1": "M", "2": "F"}
    assert columns_of(tmp_path, "AE")["AESER"].codes == {"1": "Y", "0": "N"}


def test_without_a_dictionary_a_code_is_left_as_a_comment_with_the_reason(started) -> None:
    text = started(trial=REDCAP).text
    [line] = [line for line in text.splitlines() if "SEX:" in line]
    assert line.lstrip().startswith("# SEX: {from: sex")
    assert 'what "1", "2" mean is not known' in line


def test_a_repeated_form_is_counted_by_its_instance(started, tmp_path) -> None:
    started(trial=REDCAP)
    assert columns_of(tmp_path, "AE")["AESEQ"].source == "redcap_repeat_instance"


def test_a_column_of_another_event_is_not_sure_in_a_table_of_subjects(started) -> None:
    other = REDCAP.replace("2,baseline_arm_1,,,1950-12-31,2,0,2", "1,week_6,,,,,,2").replace(
        "demographics_complete", "date_of_death,demographics_complete"
    )
    rows = [line.split(",") for line in other.splitlines()]
    for row in rows[1:]:
        row.insert(7, "2024-06-01" if row[1] == "week_6" else "")
    text = started(trial="\n".join(map(",".join, rows)) + "\n").text
    assert "# DTHDTC: date_of_death" in text
    assert "filled at week_6" in text


def test_a_castor_export_becomes_a_study_whose_findings_name_the_files_columns(
    started, tmp_path
) -> None:
    started(Study=CASTOR_STUDY, Study_Bijwerkingen=CASTOR_EVENTS)
    subjects = columns_of(tmp_path, "DM")
    assert subjects["BRTHDTC"].date == "DD-MM-YYYY"
    assert subjects["SEX"].codes == {"Man": "M", "Vrouw": "F"}
    with validate(
        tmp_path / "export", study=tmp_path / "ours", rules=["START-BEFORE-END"]
    ) as result:
        [finding] = result.findings.rows()
    assert (finding.place, finding.subject) == ("Study_Bijwerkingen.csv:1", "NL-001")
    assert finding.message.endswith("(in the file AESTDTC is Startdatum, AEENDTC is Einddatum)")


def test_a_column_per_test_becomes_rows_of_a_table_of_tests(started, tmp_path) -> None:
    started(Study=CASTOR_STUDY)
    columns = columns_of(tmp_path, "VS")
    assert (columns["VSTESTCD"].value, columns["VSORRES"].source) == ("WEIGHT", "gewicht")
    assert "VSORRESU" not in columns  # a unit comes from the data, never from habit


def test_a_name_that_is_only_close_is_left_as_a_comment(started) -> None:
    text = started(bijwerkingen="pid,bijwerking,startdatun\n1,Hoest,2024-01-01\n").text
    assert "# AESTDTC: startdatun" in text
    assert '"startdatun" is close to "startdatum"' in text


def test_a_date_whose_order_no_value_tells_is_left_as_a_comment(started) -> None:
    text = started(ae="pid,bijwerking,startdatum\n1,Hoest,01-02-2024\n").text
    assert "# AESTDTC: {from: startdatum, date: DD-MM-YYYY}" in text
    assert "no value tells" in text


def test_a_day_above_twelve_tells_the_order(started, tmp_path) -> None:
    started(
        ae="pid,bijwerking,startdatum\n1,Hoest,01-02-2024\n2,Koorts,02/13/2024\n".replace("-", "/")
    )
    assert columns_of(tmp_path, "AE")["AESTDTC"].date == "MM/DD/YYYY"


def test_an_sdtm_table_in_a_file_of_another_name_keeps_its_columns(started, tmp_path) -> None:
    found = started(events="STUDYID,DOMAIN,USUBJID,AESEQ,AETERM\nS,AE,A,1,Cough\n")
    [way] = load_pack(tmp_path / "ours").read["AE"]
    assert (way.from_, way.columns, found.packs) == ("EVENTS", {}, ("sdtm",))


def test_a_table_in_two_files_is_read_from_both(started, tmp_path) -> None:
    row = "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD\nS,LB,A,{},ALT\n"
    started(lbch=row.format(1), lbhe=row.format(2))
    with validate(tmp_path / "export", study=tmp_path / "ours", structure="none") as result:
        [table] = result.export.tables
    assert (table.name, table.rows, table.files) == ("LB", 2, ("lbch.csv", "lbhe.csv"))


def test_a_form_that_nothing_is_known_of_is_named_and_nothing_is_guessed(started, tmp_path) -> None:
    found = started(things="a,b\n1,2\n")
    assert (found.tables, found.unused, found.packs) == ((), ("THINGS",), ())
    assert load_pack(tmp_path / "ours").read == {}


HOSTILE = st.text(
    st.sampled_from("ab=<>#:{}[]'\"|&*!%@`\u2028\u0085\n\t ,\\é😀-"), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(HOSTILE, min_size=1, max_size=3),
    value=HOSTILE,
    file=st.sampled_from(["ae", "a..e", "a'b", "{x}", "- dm", "#ae x"]),
)
def test_no_name_or_value_leaves_its_place_in_the_study_file(
    names, value, file, tmp_path_factory
) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    folder = tmp_path_factory.mktemp("hostile")
    header = ["pid", "bijwerking", "geslacht", *(f"c{n}{name}" for n, name in enumerate(names))]
    rows = [header, ["1", value, value, *names]]
    text = "".join(",".join(map(cell, row)) + "\n" for row in rows)
    (folder / f"{file}.csv").write_text(text, "utf-8")
    found = start_study(read_export(folder), "ours")
    data = read_yaml_text(found.text, "pack.yaml").data
    assert set(data) <= {"id", "title", "version", "language", "source", "extends", "read"}
    assert data["id"] == "ours"
