def test_the_statement_of_a_rule_is_printed(run) -> None:
    ran = run("rules", "sql", "AGE-ADULT", "--pack", "trial.yaml")
    assert ran.code == 0
    assert ran.lines[:3] == [
        "-- AGE-ADULT on DM",
        '-- the answer "#mask0": 0 met, 1 not met, 2 not evaluable, 3 not in scope',
        "SELECT",
    ]
    assert ran.lines[-1] == 'FROM "DM";'


def test_the_statement_of_a_table_and_all_its_rules_is_printed(run) -> None:
    ran = run("rules", "sql", "AGE-ADULT", "--pack", "trial.yaml", "--plan")
    assert ran.lines[0].startswith("-- ")
    assert run("rules", "sql", "subject", "--pack", "trial.yaml").lines[0] == (
        "-- the rows of trial:subject, one per USUBJID"
    )


def test_a_value_that_is_set_stands_in_the_statement(run) -> None:
    words = ("rules", "sql", "AGE-ADULT", "--pack", "trial.yaml", "--set", "adult=21")
    assert "21" in run(*words).out
