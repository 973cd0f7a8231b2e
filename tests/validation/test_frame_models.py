"""The models for notebooks, run as Python, find the breaks that the structure contract finds."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import polars as pl
import pyarrow as pa
import pytest
from pandera.errors import SchemaErrors

from oncorules.data.demo import demo_export
from oncorules.data.export import read_export
from oncorules.data.model import Model, standard_model
from oncorules.errors import CallError
from oncorules.validation.frame_models import models_source

from .test_structure import VISIT, export_of, model_of, run, table

Break = tuple[str, str, object]  # column, kind of check, and the row counted from 0
KINDS = {
    "not_nullable": "required",
    "column_in_dataframe": "column",
    "is an ISO 8601 date": "type",
    "is a whole number": "type",
    "is a number": "type",
    "is a truth value": "type",
    "is in its code list": "codes",
}


def module(model: Model, *names: str) -> ModuleType:
    """The models of some tables, imported."""
    made = ModuleType("models")
    tables = [found for name in names if (found := model.table(name)) is not None]
    text = models_source(tables, model, "Tables")
    exec(compile(text, "models.py", "exec", dont_inherit=True), made.__dict__)
    return made


def breaks_in_frame(frame_model: type, frame: pl.DataFrame) -> set[Break]:
    """What a model finds in a frame."""
    try:
        frame_model.validate(frame, lazy=True)
    except SchemaErrors as found:
        cases = found.failure_cases.to_dicts()
        return {_break(case) for case in cases if not case["check"].startswith("dtype(")}
    return set()


def _break(case: dict[str, object]) -> Break:
    check = str(case["check"])
    kind = KINDS.get(check) or ("codes" if check.startswith("isin(") else "length")
    column = case["failure_case"] if kind == "column" else case["column"]
    return str(column), kind, case["index"]


def breaks_in_export(tables: dict[str, pa.Table], model: Model) -> dict[str, set[Break]]:
    """What the structure contract finds in an export of the same rows."""
    found: dict[str, set[Break]] = {name: set() for name in tables}
    for finding in run(export_of(**tables), model, "sql")[1]:
        column, kind = finding.rule_id.split(".")[1:]
        row = None if finding.row is None else finding.row - 1
        found[finding.table].add((column, kind, row))
    return found


def assert_same(model: Model, **tables: pa.Table) -> int:
    """Compare both; return the number of breaks."""
    made, expected = module(model, *tables), breaks_in_export(tables, model)
    for name, rows in tables.items():
        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame)
        assert breaks_in_frame(getattr(made, name), frame) == expected[name]
    return sum(map(len, expected.values()))


def test_every_part_of_the_contract_is_found_in_text():
    rows = table(
        USUBJID=["01", None, "", "00003"],
        RESULT=["1", "abc", "1e3", ""],
        DAY=["2023-02", "2023-02-30", "", "2023-02-28T09:30"],
        DONE=["Y", "maybe", "0", ""],
        ARM=["A", "C", "", "B"],
        GRADE=["1", "3", "x", "2.0"],
    )
    assert assert_same(model_of(VISIT=VISIT), VISIT=rows) == 10


def test_every_part_of_the_contract_is_found_in_typed_columns():
    rows = pa.table(
        {
            "USUBJID": ["01", "02", "03"],
            "SEQ": pa.array([1.0, float("nan"), 2.5]),
            "RESULT": pa.array([1.0, 1e12, -1e13]),
            "DAY": pa.array([datetime(2024, 1, 1, 9), datetime(1492, 10, 12), None]),
            "DONE": pa.array([1.0, 0.0, 2.0]),
            "GRADE": pa.array([1.0, 3.0, 2.0]),
        }
    )
    assert assert_same(model_of(VISIT=VISIT), VISIT=rows) == 7


@pytest.mark.parametrize(
    "text",
    ["inf", "nan", "1_000", " 5", "5 ", "0x10", "+5", "5.", ".5", "1e5", "1e400", "-0", "<5",
     "9" * 12, "9" * 13, "9" * 18, "9" * 19, "1.5", "5.000", "1e0", "", "\u0661", "TRUE", "No"],
)  # fmt: skip
def test_a_text_reads_as_the_engine_reads_it(text):
    columns = {name: [text] for name in VISIT["columns"] if name != "USUBJID"}
    assert_same(model_of(VISIT=VISIT), VISIT=table(USUBJID=["01"], **columns))


def test_a_clean_frame_comes_back_with_its_types():
    frame = pl.DataFrame(
        {"USUBJID": ["01"], "SEQ": [1.0], "DAY": [date(2024, 2, 29)], "DONE": ["y"], "ARM": [""]}
    )
    read = module(model_of(VISIT=VISIT), "VISIT").VISIT.validate(frame, lazy=True)
    assert read.rows() == [("01", 1, "2024-02-29", True, None)]
    assert read.schema["SEQ"] == pl.Int64


def test_the_demo_export_has_the_breaks_that_its_findings_say():
    export = read_export(demo_export())
    frames = {name: pl.read_csv(demo_export() / part.file, infer_schema=False)
              for name, raw in export.tables.items() for part in raw.parts}  # fmt: skip
    frames["LB"] = frames["LB"].with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("n/a")).otherwise("LBSEQ").alias("LBSEQ")
    )
    tables = {name: frame.to_arrow() for name, frame in frames.items()}
    tables = {name: rows.cast(pa.schema([(c, pa.string()) for c in rows.column_names]))
              for name, rows in tables.items()}  # fmt: skip
    assert assert_same(standard_model(), **tables) >= 1


def test_names_that_python_or_pandera_would_misread_get_another_and_an_alias():
    names = ["class", "validate", "Text", "Field", "_own", "a b", "a_b", "2nd", "Ä", "Config",
             "reads_integer", 'x"; import os', "dict"]  # fmt: skip
    columns = {name: {"type": "integer", "core": "required", "codes": ["1"]} for name in names}
    model = model_of(ODD={"key": names[:1], "columns": columns}, **{"import": {
        "key": ["K"], "columns": {"K": "text"}, "label": '"""\n\\ import os'}})  # fmt: skip
    rows = table(**{name: ["1", "2", None, "x"] for name in names})
    assert assert_same(model, ODD=rows) == 3 * len(names)
    assert module(model, "IMPORT").IMPORT.__doc__.startswith('""" \\ import os; key K.')


def test_a_table_with_an_odd_name_keeps_it_in_the_schema():
    made = module(standard_model(), "SUPP--")
    assert made.SUPP_.to_schema().name == "SUPP--"


def test_a_column_name_that_polars_takes_for_several_is_refused():
    model = model_of(ODD={"key": ["^A.*$"], "columns": {"^A.*$": "text"}})
    with pytest.raises(CallError, match=r"column \^A\.\*\$ of ODD cannot be named to polars"):
        module(model, "ODD")


def test_titles_and_descriptions_are_those_of_the_table_model():
    column = module(standard_model(), "VS").VS.to_schema().columns["VSSTRESN"]
    assert column.title == "Numeric Result/Finding in Standard Units"
    assert column.description == "In the unit of VSSTRESU."


def test_the_module_is_laid_out_as_a_formatter_would(tmp_path: Path):
    model = standard_model()
    text = models_source([model.tables[name] for name in model.tables], model, "Tables")
    assert text == models_source([model.tables[name] for name in model.tables], model, "Tables")
    file = tmp_path / "models.py"
    file.write_text(text, "utf-8")
    words = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=100", "--diff"]
    done = subprocess.run([*words, str(file)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
