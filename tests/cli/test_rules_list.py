import csv
import io

from oncorules.rules.loading.loader import load_pack


def test_rules_are_listed_with_where_they_look(run) -> None:
    assert run("rules", "list", "trial.yaml").lines == [
        "pack   rule        kind   table  severity  title",
        "trial  AGE-ADULT   check  DM     warning   Everybody is an adult",
        "trial  EX-SUBJECT  check  EX     error     Every treated subject is known",
        "trial  subject     table  DM               One subject",
    ]


def test_every_shipped_pack_is_listed_when_none_is_named(run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("rules", "list", "--format", "csv").out)))
    assert {"LB-HIGH", "lesion_row"} <= {row["rule"] for row in rows}
    assert len([row for row in rows if row["pack"] == "sdtm" and row["kind"] != "table"]) == len(
        load_pack("sdtm", examples=False).rules
    )


def test_a_long_list_of_tables_is_cut_on_the_screen_only(run) -> None:
    words = ("rules", "list", "sdtm", "--rules", "SUPP-UNIQUE")
    assert "SUPPAE, SUPPDM, SUPPDS and 8 more" in run(*words).out
    assert "SUPPTU" in run(*words, "--format", "csv").out


def test_an_unknown_rule_is_one_sentence(run) -> None:
    ran = run("rules", "list", "trial.yaml", "--rules", "AGE-ADULTS")
    assert ran.code == 2
    assert 'no rule "AGE-ADULTS" in these packs; did you mean "AGE-ADULT"?' in ran.err
