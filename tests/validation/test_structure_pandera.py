"""Both ways of running the structure contract give the same statuses and the same findings."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.data.export import Export, read_export
from oncorules.data.model import Model, standard_model
from oncorules.validation import structure_pandera

from .test_structure import VISIT, export_of, model_of, run, table

SHARED = Path(__file__).parents[2].parent / "shared"
HOSTILE = [
    "'; DROP TABLE VISIT; --", '"', "{value}", "{0}", "%s", "a\nb", "\x00", "é", "e\u0301",
    "👩‍👩‍👧", "NaN", "null", "None", "^a$", "*", "\\", "  ", "=1+1", "\ufeff1", "\u0661", "1" * 400,
]  # fmt: skip
# Names that polars, pandera, SQL and templates read as something else.
HOSTILE_NAMES = ["^A.*$", "*", 'B"; --', "{value}", "C#", "select", "Ä", "a b"]


def assert_same(export: Export, model: Model) -> int:
    """Compare both ways; return the number of findings."""
    by_pandera, by_sql = run(export, model, "pandera"), run(export, model, "sql")
    assert by_pandera[0] == by_sql[0]
    assert by_pandera[1] == by_sql[1]
    counts = [one.met + one.not_met + one.not_in_scope for one in by_sql[0]]
    assert all(count >= 0 for count in counts)
    assert len(by_sql[1]) == sum(one.not_met for one in by_sql[0])
    return len(by_sql[1])


def test_both_ways_agree_on_hostile_text_of_every_type():
    columns = dict.fromkeys(VISIT["columns"], HOSTILE)
    columns["SEQ"] = [str(number) for number in range(len(HOSTILE))]
    assert assert_same(export_of(VISIT=table(**columns)), model_of(VISIT=VISIT)) > 80


def test_both_ways_agree_on_hostile_names():
    columns = {
        name: {"type": kind, "core": "required", "codes": ["1"]}
        for name, kind in zip(HOSTILE_NAMES, ["text", "integer"] * 4, strict=True)
    }
    model = model_of(ODD={"key": HOSTILE_NAMES, "columns": columns})
    rows = {name: ["1", "2", None, "x"] for name in HOSTILE_NAMES}
    assert assert_same(export_of(ODD=table(**rows)), model) == 4 * 3 + 4 * 3
    assert assert_same(export_of(ODD=table(**{"a b": ["1"]})), model) == 7


def test_both_ways_agree_on_every_stored_type():
    days = [date(2024, 2, 29), date(1700, 1, 1), None]
    moments = [datetime(2024, 2, 29), datetime(2024, 2, 29, 10, 30), None]
    stored = [
        pa.array([1, 10**18, None], pa.int64()),
        pa.array([1.0, 2.5, float("nan")], pa.float64()),
        pa.array([1e12, float("inf"), None], pa.float64()),
        pa.array([Decimal("1.50"), Decimal("9999999999999.00"), None], pa.decimal128(18, 2)),
        pa.array([True, False, None]),
        pa.array(days, pa.date32()),
        pa.array(moments, pa.timestamp("us")),
        pa.array([None] * 3, pa.string()),
    ]
    kinds = ["integer", "number", "date", "boolean", "text"]
    declared, columns = {}, {}
    for place, values in enumerate(stored):
        for kind in kinds:
            name = f"C{place}{kind}".upper()
            declared[name] = {"type": kind, "core": "required", "codes": ["1", "1.5", "true"]}
            columns[name] = values
    model = model_of(ODD={"key": [next(iter(declared))], "columns": declared})
    assert assert_same(export_of(ODD=pa.table(columns)), model) > 80


def test_both_ways_agree_on_several_files_in_several_batches(monkeypatch):
    monkeypatch.setattr(structure_pandera, "BATCH_ROWS", 3000)
    parts = []
    for part in range(2):
        numbers = range(5000)
        parts.append(
            table(
                USUBJID=[None if n % 997 == 0 else f"{part}{n}" for n in numbers],
                SEQ=["x" if n % 1009 == 0 else str(part * 5000 + n) for n in numbers],
                DAY=["2023-02-30" if n % 503 == 0 else "2023-02-28" for n in numbers],
            )
        )
    model = model_of(VISIT=VISIT)
    assert assert_same(export_of(VISIT=parts), model) > 4000 * 2


@pytest.mark.skipif(not (SHARED / "exports").is_dir(), reason="the real exports are not here")
@pytest.mark.parametrize("name", ["cdisc-pilot", "recist-lesions"])
def test_both_ways_agree_on_a_real_export(name):
    assert_same(read_export(SHARED / "exports" / name), standard_model())


CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", "1", "2", "5.0", "2.5", "-0", "1e400", "1e11", "1000000000000", "A", "B"]),
    st.sampled_from(["2023-02-28", "2023-02-30", "2023-02", "2023", "2023---15", "true", "N"]),
    st.text(max_size=6).filter(lambda text: text.isprintable()),
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(sorted(VISIT["columns"])), min_size=1, unique=True).flatmap(
        lambda names: st.lists(
            st.tuples(*(CELLS for _ in names)), max_size=6
        ).map(lambda rows: {name: [row[i] for row in rows] for i, name in enumerate(names)})
    )
)  # fmt: skip
def test_both_ways_agree_on_any_small_table(columns):
    assert_same(export_of(VISIT=table(**columns)), model_of(VISIT=VISIT))


def test_settings_of_pandera_in_the_environment_do_not_switch_checks_off():
    code = (
        "from oncorules.validation.structure_pandera import batch_schema, _failures\n"
        "from oncorules.validation.structure_contract import Check, Contract\n"
        "import polars as pl\n"
        "check = Check('A', 'required', 'text', True, '', (), '')\n"
        "contract = Contract(None, (check,), '')\n"
        "frame = pl.DataFrame({'#file': [0], '#row': [1], 'A#value': [None]},\n"
        "    schema={'#file': pl.Int16, '#row': pl.Int64, 'A#value': pl.String})\n"
        "print(len(_failures(batch_schema(contract), frame, contract)))\n"
    )
    environment = {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_sql_imports_neither_pandera_nor_polars():
    code = (
        "import sys\n"
        "from oncorules.data.export import Export\n"
        "from oncorules.data.model import standard_model\n"
        "from oncorules.engine.duckdb import Engine\n"
        "from oncorules.validation.structure import run_structure\n"
        "engine = Engine()\n"
        "engine.load(Export({}, (), ()), standard_model())\n"
        "run_structure(engine, standard_model(), 'sql')\n"
        "print([name for name in ('pandera', 'polars', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
