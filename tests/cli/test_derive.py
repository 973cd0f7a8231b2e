CALL = ("derive", "export", "--pack", "trial.yaml")


def test_what_is_derived_is_listed_and_nothing_is_written(run, trial) -> None:
    ran = run(*CALL, "-q")
    assert (ran.code, ran.lines) == (
        0,
        [
            "table  rows  columns  title",
            "ADSL      3        2  One subject",
            "Nothing is written; the same command with --out DIR writes the tables",
        ],
    )
    assert sorted(path.name for path in trial.iterdir()) == ["export", "trial.yaml"]


def test_tables_are_written_as_asked(run, trial) -> None:
    ran = run(*CALL, "-q", "--out", "out", "--as", "csv", "--all")
    assert ran.lines[-1] == "Written to out: adsl.csv, subject.csv"
    assert (trial / "out" / "adsl.csv").read_text("utf-8") == "USUBJID,AGE6\nA,455\nB,110.5\nC,\n"


def test_text_in_a_number_ends_with_the_code_for_data(run, trial) -> None:
    (trial / "export" / "dm.csv").write_text("USUBJID,AGE\nA,old\n", "utf-8")
    ran = run(*CALL, "-q")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        'oncorules: dm.csv:1: AGE of table DM holds "old", where a number was expected; '
        "oncorules validate lists them all\n"
    )


def test_a_pack_that_publishes_nothing_is_a_wrong_call(run) -> None:
    ran = run("derive", "export", "--pack", "sdtm", "-q")
    assert ran.code == 2
    assert ran.err.startswith("oncorules: sdtm publishes no table;")


def test_a_table_that_the_export_lacks_is_noted_on_standard_error(run, trial) -> None:
    (trial / "export" / "dm.csv").rename(trial / "export" / "ex.csv")
    assert "DM: the export has no such table" in run(*CALL).err
