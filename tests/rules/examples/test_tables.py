from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from oncorules.engine.duckdb import Engine
from oncorules.rules.compiler.relation import EXAMPLE
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.tables import Row, cell_text, read_cell, store
from oncorules.rules.language.values import Kind
from oncorules.rules.loading.loader import load_rule_files

DAY = date(2020, 1, 2)


@pytest.mark.parametrize(
    ("cell", "kind", "read"),
    [
        (None, "text", (None, None, None)),
        ("", "text", (None, None, None)),
        (Decimal("1.50"), "text", ("1.50", None, "1.50")),
        (Decimal("1.50"), "number", (Decimal("1.5"), None, "1.5")),
        ("<0.5", "number", (None, None, "<0.5")),
        ("NaN", "number", (None, None, "NaN")),
        (10**12, "number", (None, None, "1000000000000")),
        (5, "integer", (5, None, "5")),
        (Decimal("5.5"), "integer", (None, None, "5.5")),
        ("2020-01-02", "date", (DAY, DAY, "2020-01-02")),
        ("2020-02", "date", (date(2020, 2, 1), date(2020, 2, 29), "2020-02")),
        ("2020-02-30", "date", (None, None, "2020-02-30")),
        (True, "boolean", (True, None, "true")),
        ("N", "boolean", (False, None, "N")),
        ("maybe", "boolean", (None, None, "maybe")),
    ],
)
def test_a_cell_is_read_as_in_an_export(cell: object, kind: Kind, read: tuple[object, ...]) -> None:
    assert read_cell(cell, kind) == read


def test_a_number_is_written_as_the_engine_shows_it() -> None:
    assert [cell_text(Decimal(text)) for text in ("5.0", "100", "0.50")] == ["5", "100", "0.5"]
    assert cell_text(None) is None
    assert cell_text(Decimal("5.0"), "text") == "5.0"


def test_stored_rows_stand_in_the_place_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("tables:\n  scan: {one_row_per: [USUBJID, TRSEQ], from: TR}\n")
    with Engine(jobs=1) as engine:
        bench = Bench(engine, [load_rule_files([path])])
        rows = [
            Row({"USUBJID": "A", "TRSEQ": 1}, (), 0, 0),
            Row({"USUBJID": "A", "TRSTRESN": Decimal("2.5")}, (), 0, 1),
        ]
        store(bench.empty, "rules", "scan", rows)
        relation = bench.empty.relation("scan", "rules")
        assert relation.key == ("USUBJID", "TRSEQ")
        assert {"TRDTC", "TREVAL"} <= relation.absent
        assert EXAMPLE in relation.columns
        held = engine.run(_all(relation.name)).fetchall()
    assert [row[:3] for row in held] == [(1, 0, 0), (1, 1, 1)]


def _all(name: str):  # type: ignore[no-untyped-def]
    from sqlglot import exp

    return exp.select("*").from_(exp.to_identifier(name, quoted=True))


def test_units_and_codes_of_the_model_hold_in_examples_too(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("parameters:\n  unused: {value: 1, source: ours}\n")
    with Engine(jobs=1) as engine:
        bench = Bench(engine, [load_rule_files([path])])
        known = bench.model.table("DM")
        assert known is not None
        coded = [name for name, one in known.columns.items() if isinstance(one.codes, tuple)]
        store(bench.empty, "rules", "DM", [Row(dict.fromkeys(coded, "X"), ())])
        relation = bench.empty.relation("DM", "rules")
        for name in coded:
            assert relation.columns[name].codes == frozenset(known.columns[name].codes or ())
