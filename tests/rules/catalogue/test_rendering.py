from pathlib import Path

import pytest
import sqlglot

from oncorules.errors import RuleError
from oncorules.rules.catalogue.catalogue import find_rules, render_rule


def test_columns_of_the_model_are_read_without_an_export() -> None:
    sql = render_rule("LB-HIGH")
    assert '"LBSTNRHI"' in sql
    assert "NULL AS VARCHAR" not in sql


def test_a_rule_has_one_statement_for_each_of_its_tables() -> None:
    heads = [line for line in render_rule("START-BEFORE-END").splitlines() if " on " in line]
    assert heads[:2] == ["-- START-BEFORE-END on AE", "-- START-BEFORE-END on CM"]


def test_a_derived_table_is_a_query_that_names_its_key() -> None:
    sql = render_rule("lesion_row")
    assert sql.startswith("-- the rows of sdtm:lesion_row, one per USUBJID, TUSEQ\n")


@pytest.mark.parametrize("name", ["RS-BEST", "target_size", "EX-OVERLAP", "SUPP-UNIQUE"])
def test_what_is_printed_is_whole_sql(name: str) -> None:
    assert name in [line.id for line in find_rules(["sdtm"])]
    statements = sqlglot.parse(render_rule(name), dialect="duckdb")
    assert all(isinstance(one, sqlglot.exp.Select) for one in statements)


def test_a_rule_that_does_not_fit_the_model_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(
        "id: X\ntitle: x\nkind: check\nsource: ours\napplies_to: {table: DM}\n"
        "condition: AGEE >= 18\n",
        "utf-8",
    )
    with pytest.raises(RuleError, match=r'one\.yaml:6:12: "AGEE" is no column .* "AGE"'):
        render_rule("X", [path])
