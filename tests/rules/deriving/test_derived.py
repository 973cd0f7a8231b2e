from sqlglot import exp

from oncorules.rules.compiler.relation import Relation, stored
from oncorules.rules.deriving.derived import published_query
from oncorules.rules.language.values import Value


def test_columns_come_as_asked_and_rows_by_their_key() -> None:
    columns = {"USUBJID": stored("USUBJID", "text"), "ADT": stored("ADT", "date")}
    relation = Relation("adsl", columns, ("USUBJID", "ADT"))
    query = published_query(relation, ["USUBJID"])
    assert query.named_selects == ["USUBJID"]
    assert [one.this.name for one in query.args["order"].expressions] == [
        "USUBJID", "ADT", "ADT#last",
    ]  # fmt: skip


def test_numbers_are_written_as_numbers_and_whole_ones_as_whole() -> None:
    columns = {
        "N": Value("integer", exp.column("N")),
        "X": Value("number", exp.column("X"), digits=(18, 6)),
    }
    sql = published_query(Relation("t", columns, ()), ["N", "X"]).sql("duckdb")
    assert sql.startswith('SELECT N AS "N", CAST(X AS DOUBLE) AS "X"')
