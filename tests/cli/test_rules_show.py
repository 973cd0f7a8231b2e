def test_a_rule_is_shown_with_where_its_values_come_from(run) -> None:
    lines = run("rules", "show", "AGE-ADULT", "--pack", "trial.yaml").lines
    assert lines[0] == "AGE-ADULT: Everybody is an adult"
    assert "  adult = 18 year, default (trial.yaml:23:22)" in lines
    assert lines[-1] == "File: trial.yaml:16:5"


def test_a_value_that_is_set_is_shown_as_set(run) -> None:
    ran = run("rules", "show", "AGE-ADULT", "--pack", "trial.yaml", "--set", "adult=21")
    assert "  adult = 21 year, --set" in ran.lines


def test_a_derived_table_has_a_page_too(run) -> None:
    assert (
        run("rules", "show", "subject", "--pack", "trial.yaml").lines[0] == "subject: One subject"
    )


def test_an_unknown_rule_is_one_sentence(run) -> None:
    ran = run("rules", "show", "AGE", "--pack", "trial.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == 'oncorules: there is no rule or table "AGE" in trial\n'
