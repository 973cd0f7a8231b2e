"""`oncorules init` writes a study that `validate --study` takes, and says what to do next."""

from __future__ import annotations

PEOPLE = {"demographics.csv": "pid,dob,gender\n1,1960-02-03,Male\n2,1955-01-01,Female\n"}


def test_the_study_that_is_written_is_the_one_of_the_next_command(desk) -> None:
    desk.export(PEOPLE)
    answer = desk.call("init", "export", "--out", "our-study", "-q")
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "Next: oncorules validate export --study our-study"
    assert sorted(one.name for one in (desk.folder / "our-study").iterdir()) == [
        "pack.yaml",
        "schema.json",
    ]
    words = answer.out.splitlines()[-1].removeprefix("Next: oncorules ").split()
    told = desk.call(*words, "--format", "json", "-q")
    assert '"table": "DM"' in told.out or '"name": "DM"' in told.out


def test_the_table_of_columns_tells_what_is_sure_and_what_is_not(desk) -> None:
    desk.export(PEOPLE)
    lines = desk.call("init", "export", "--out", "our-study", "-q").out.splitlines()
    assert lines[1].split() == ["DM", "demographics.csv", "6", "0"]


def test_a_folder_that_is_not_empty_is_refused(desk) -> None:
    desk.export(PEOPLE)
    said = desk.refuse(2, "init", "export", "--out", "export")
    assert said == "export is there already and not empty; take another name"


def test_an_empty_folder_is_written_into(desk) -> None:
    desk.export(PEOPLE)
    (desk.folder / "ours").mkdir()
    assert desk.call("init", "export", "--out", "ours", "-q").code == 0


def test_a_name_that_cannot_be_an_id_is_refused(desk) -> None:
    desk.export(PEOPLE)
    assert '"our study" cannot be the id of a study' in desk.refuse(
        2, "init", "export", "--out", "our study"
    )


def test_a_column_that_is_there_twice_is_refused_as_everywhere(desk) -> None:
    desk.export({"ae.csv": "pid,Term,term\n1,a,b\n"})
    assert "is there twice" in desk.refuse(3, "init", "export", "--out", "ours")


def test_an_empty_file_is_refused_as_everywhere(desk) -> None:
    desk.export({"ae.csv": ""})
    assert "ae.csv is empty" in desk.refuse(3, "init", "export", "--out", "ours")


def test_a_row_of_a_file_that_is_several_tables_is_explained_by_table(desk) -> None:
    desk.export({"people.csv": "pid,dob,gender,weight\n1,1960-02-03,Male,70\n"})
    desk.call("init", "export", "--out", "ours", "-q")
    call = ("explain", "export", "--study", "ours", "--row")
    assert "can be any of DM:1, VS:1" in desk.refuse(2, *call, "people.csv:1")
    assert desk.call(*call, "VS:1", "-q").code == 0


def test_nothing_recognised_is_said_and_written_as_comments(desk) -> None:
    desk.export({"things.csv": "a,b\n1,2\n"})
    answer = desk.call("init", "export", "--out", "ours", "-q")
    assert "Not recognised: THINGS" in answer.out
    assert "# THINGS (things.csv) was not recognised: a, b" in (
        desk.folder / "ours" / "pack.yaml"
    ).read_text("utf-8")
