"""The structure contract: what each check says of an export that is drawn in the test."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oncorules.data.arrow import kind_of
from oncorules.data.export import ArrowRows, Export, Part, RawColumn, RawTable
from oncorules.data.model import Model, standard_model
from oncorules.engine.duckdb import Engine
from oncorules.errors import CallError
from oncorules.validation.findings import Finding, Findings
from oncorules.validation.status import RuleStatus
from oncorules.validation.structure import run_structure

WAYS = pytest.mark.parametrize("way", ["pandera", "sql"])
VISIT = {
    "key": ["USUBJID", "SEQ"],
    "columns": {
        "USUBJID": {"type": "text", "core": "required", "length": 4},
        "SEQ": {"type": "integer", "core": "required"},
        "RESULT": {"type": "number"},
        "DAY": {"type": "date"},
        "DONE": {"type": "boolean"},
        "ARM": {"type": "text", "codes": ["A", "B"]},
        "GRADE": {"type": "integer", "codes": ["1", "2"]},
    },
}


def table(**columns: list[object]) -> pa.Table:
    kinds = {name: pa.string() for name in columns}
    return pa.table({name: pa.array(v, kinds[name]) for name, v in columns.items()})


def export_of(**tables: pa.Table | list[pa.Table]) -> Export:
    raw = {}
    for name, given in tables.items():
        parts = []
        for number, rows in enumerate(given if isinstance(given, list) else [given], start=1):
            columns = tuple(RawColumn(field.name, kind_of(field.type)) for field in rows.schema)
            source = ArrowRows(lambda rows=rows: rows)
            parts.append(Part(f"{name.lower()}{number}.xpt", columns, source, rows.num_rows))
        raw[name] = RawTable(name, tuple(parts))
    return Export(raw, (), ("test",))


def model_of(**tables: object) -> Model:
    return standard_model().with_tables(tables)


def run(
    export: Export, model: Model, way: str, **options: object
) -> tuple[list[RuleStatus], list[Finding]]:
    """Statuses and findings of one way, on an engine of its own."""
    with Engine(jobs=1) as engine:
        engine.load(export, model)
        result = run_structure(engine, model, way, **options)
        findings = list(Findings(engine, result.finding_rows()).rows())
    return list(result.statuses), findings


def messages(rows: pa.Table, way: str) -> list[str]:
    _, findings = run(export_of(VISIT=rows), model_of(VISIT=VISIT), way)
    return [f"{finding.place} {finding.message}" for finding in findings]


def status(rule: str, export: Export, model: Model, way: str) -> tuple[object, ...]:
    statuses, _ = run(export, model, way)
    one = next(status for status in statuses if status.rule_id == rule)
    return one.status, one.met, one.not_met, one.not_evaluable, one.not_in_scope


@WAYS
def test_text_that_is_not_of_its_type_is_one_finding_per_cell(way):
    rows = table(
        USUBJID=["01", "02", "03", "04"],
        SEQ=["1", "2.5", "5.0", "x"],
        RESULT=["abc", "1,5", "1e3", "-.5"],
        DAY=["2023-02-30", "2023-13-01", "2023-02", None],
        DONE=["maybe", "Y", "false", "0"],
    )
    assert messages(rows, way) == [
        'visit1.xpt:2 SEQ holds "2.5", which is not a whole number (of at most 18 digits).',
        'visit1.xpt:4 SEQ holds "x", which is not a whole number (of at most 18 digits).',
        'visit1.xpt:1 RESULT holds "abc", which is not a number (of at most 12 digits before the'
        " point).",
        'visit1.xpt:2 RESULT holds "1,5", which is not a number (of at most 12 digits before the'
        " point).",
        'visit1.xpt:1 DAY holds "2023-02-30", which is not a date (ISO 8601, such as 2023-02-28 or'
        " 2023-02, from 1800 to 2200).",
        'visit1.xpt:2 DAY holds "2023-13-01", which is not a date (ISO 8601, such as 2023-02-28 or'
        " 2023-02, from 1800 to 2200).",
        'visit1.xpt:1 DONE holds "maybe", which is not a truth value (true, false, yes, no, y, n,'
        " 1 or 0).",
    ]


@WAYS
def test_missing_values_long_texts_and_unknown_codes_are_found(way):
    rows = table(
        USUBJID=["01", "", "00003", "04"],
        SEQ=["1", "2", None, "4"],
        ARM=["A", "a", None, "C"],
        GRADE=["1", "2.0", "3", "high"],
    )
    assert messages(rows, way) == [
        "visit1.xpt:2 USUBJID is missing.",
        'visit1.xpt:3 USUBJID holds "00003", which is longer than 4 characters.',
        "visit1.xpt:3 SEQ is missing.",
        'visit1.xpt:2 ARM holds "a", which is not in its code list (A, B).',
        'visit1.xpt:4 ARM holds "C", which is not in its code list (A, B).',
        'visit1.xpt:4 GRADE holds "high", which is not a whole number (of at most 18 digits).',
        'visit1.xpt:3 GRADE holds "3", which is not in its code list (1, 2).',
    ]


@WAYS
def test_an_unreadable_value_is_filled_and_its_code_is_not_looked_up(way):
    export = export_of(VISIT=table(USUBJID=["01"] * 3, SEQ=["x", None, "3"], GRADE=["x", "7", "1"]))
    model = model_of(VISIT=VISIT)
    assert status("VISIT.SEQ.required", export, model, way) == ("not met", 2, 1, 0, 0)
    assert status("VISIT.SEQ.type", export, model, way) == ("not met", 1, 1, 0, 1)
    assert status("VISIT.GRADE.codes", export, model, way) == ("not met", 1, 1, 0, 1)


@WAYS
def test_a_missing_required_column_is_a_finding_of_the_table_without_a_row(way):
    export, model = export_of(VISIT=table(USUBJID=["01"])), model_of(VISIT=VISIT)
    statuses, findings = run(export, model, way)
    (finding,) = findings
    assert finding.message == "VISIT has no column SEQ; the study's own table model requires it."
    assert (finding.file, finding.row, finding.key) == ("visit1.xpt", None, {})
    by_id = {one.rule_id: one for one in statuses}
    assert by_id["VISIT.SEQ.column"].status == "not met"
    assert by_id["VISIT.USUBJID.column"].met == 1
    assert by_id["VISIT.SEQ.type"].status == "no rows in scope"
    assert by_id["VISIT.SEQ.type"].reason == "VISIT has no column SEQ"
    assert by_id["VISIT.GRADE.codes"].reason == "VISIT has no column GRADE"


@WAYS
def test_a_table_without_rows_has_its_columns_and_nothing_else_to_check(way):
    export = export_of(VISIT=table(USUBJID=[], SEQ=[]))
    model = model_of(VISIT=VISIT)
    statuses, findings = run(export, model, way)
    assert findings == []
    assert status("VISIT.SEQ.column", export, model, way) == ("met", 1, 0, 0, 0)
    others = [one for one in statuses if not one.rule_id.endswith(".column")]
    assert {one.status for one in others} == {"no rows in scope"}


@WAYS
def test_values_that_are_all_missing_are_out_of_scope_and_not_met(way):
    export = export_of(VISIT=table(USUBJID=["01", "02"], SEQ=["1", "2"], ARM=[None, ""]))
    found = status("VISIT.ARM.codes", export, model_of(VISIT=VISIT), way)
    assert found == ("no rows in scope", 0, 0, 0, 2)


@WAYS
def test_only_closed_code_lists_are_enforced(way):
    rows = table(
        STUDYID=["S"], DOMAIN=["DM"], USUBJID=["01"], SUBJID=["1"], SITEID=["1"], COUNTRY=["FRA"],
        SEX=["male"], RACE=["Martian"], ARMNRS=["none of these"],
    )  # fmt: skip
    statuses, findings = run(export_of(DM=rows), standard_model(), way)
    assert [finding.message for finding in findings] == [
        'SEX holds "male", which is not in its code list (F, INTERSEX, M, U, UNDIFFERENTIATED).'
    ]
    one = next(status for status in statuses if status.rule_id == "DM.SEX.codes")
    assert (one.severity, one.pack, one.rule_version) == ("error", "structure", "3.3")
    assert one.source == "CDISC SDTMIG v3.3, DM; code list CDISC C66731"
    assert "DM.RACE.codes" not in {status.rule_id for status in statuses}


@WAYS
def test_findings_carry_the_file_the_row_the_key_and_the_value(way):
    first = table(USUBJID=["01", "02"], SEQ=["1", "x"])
    second = table(USUBJID=["03", "04"], SEQ=["9", None])
    _, findings = run(export_of(VISIT=[first, second]), model_of(VISIT=VISIT), way)
    assert [(f.file, f.row, f.subject, f.key, f.values) for f in findings] == [
        ("visit2.xpt", 2, "04", {"USUBJID": "04", "SEQ": None}, {"SEQ": None}),
        ("visit1.xpt", 2, "02", {"USUBJID": "02", "SEQ": "x"}, {"SEQ": "x"}),
    ]


@WAYS
def test_a_table_that_the_model_does_not_know_has_no_contract(way):
    assert run(export_of(ODD=table(A=["1"])), standard_model(), way) == ([], [])


@WAYS
def test_checks_can_be_named_and_left_out(way):
    export = export_of(VISIT=table(USUBJID=[None], SEQ=["x"]))
    model = model_of(VISIT=VISIT)
    statuses, findings = run(export, model, way, rules=["VISIT.SEQ.type", "VISIT.SEQ.required"])
    assert [one.rule_id for one in statuses] == ["VISIT.SEQ.required", "VISIT.SEQ.type"]
    assert [one.not_met for one in statuses] == [0, 1]
    assert [finding.rule_id for finding in findings] == ["VISIT.SEQ.type"]
    statuses, findings = run(export, model, way, exclude=["VISIT.SEQ.type"])
    assert [finding.rule_id for finding in findings] == ["VISIT.USUBJID.required"]


def test_none_checks_nothing():
    assert run(export_of(VISIT=table(SEQ=["x"])), model_of(VISIT=VISIT), "none") == ([], [])


def test_a_check_that_does_not_exist_is_refused():
    export, model = export_of(VISIT=table(SEQ=["x"])), model_of(VISIT=VISIT)
    sentence = 'there is no structure check "VISIT.SEQ.typ".*did you mean "VISIT.SEQ.type"'
    with pytest.raises(CallError, match=sentence):
        run(export, model, "sql", exclude=["VISIT.SEQ.typ"])


def test_a_way_that_does_not_exist_is_refused():
    export, model = export_of(VISIT=table(SEQ=["x"])), model_of(VISIT=VISIT)
    with pytest.raises(CallError, match=r'no way "pandra".*did you mean "pandera"'):
        run(export, model, "pandra")


def test_an_engine_without_an_export_is_refused():
    with Engine(jobs=1) as engine, pytest.raises(CallError, match="no export is loaded"):
        run_structure(engine, standard_model())


def test_progress_names_each_table():
    steps = []
    export = export_of(VISIT=table(USUBJID=["01"], SEQ=["1"]), ODD=table(A=["1"]))
    run(export, model_of(VISIT=VISIT), "sql", progress=lambda *step: steps.append(step))
    assert steps == [("VISIT: structure", 0, 1), ("structure", 1, 1)]
