"""What a finding is called, what it shows, and what stays the same when an export is sent again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from sqlglot import exp

from oncorules.data.export import Export, RawTable, read_export
from oncorules.data.write import SUFFIXES, write_table
from oncorules.engine import trees
from oncorules.engine.duckdb import Engine
from oncorules.rules.session import model_of
from oncorules.validation.findings import COLUMNS, Finding, FindingRows, Findings
from oncorules.validation.run import ValidationResult
from oncorules.validation.status import RuleStatus

AE = """
USUBJID | AESEQ | AETERM  | AESTDTC    | AEENDTC
A       | 1     | COUGH   | 2020-01-05 | 2020-01-01
A       | 2     | NAUSEA  | 2020-02    | 2020-01-31
A       | 3     | FEVER   | 2020-01-01 | 2020-01-02
B       | 1     | COUGH   | 2021       | 2020-12-31
B       | 2     | RASH    | 2020-01-09 | 2020-01-08
"""
ORDER = """
id: ORDER
applies_to: {table: AE}
condition: AESTDTC <= AEENDTC
message: "{AETERM} starts on {AESTDTC} and ends on {AEENDTC}."
"""
LABS = """
USUBJID | LBSEQ | LBTESTCD | LBSTRESN | LBDTC      | LBSTNRHI | LBDY
A       | 1     | K        | 5.0      | 2020-01-05 | 4        | 7
A       | 2     | K        | 4.10     | 2020-01    | 4        | .
A       | 3     | K        | 0.000001 | 2020-01-06 | 0        | -3
B       | 1     | K        | 120      | 2020-01-06 | 4        | 12
B       | 2     | K        | 3.9      | 2020-01-06 | 4        | 12
"""
HIGH = """
id: HIGH
applies_to: {table: LB}
condition: LBSTRESN <= LBSTNRHI
message: "{LBTESTCD} {LBSTRESN} above {LBSTNRHI} on {LBDTC}, day {LBDY}."
"""


def ids(result: ValidationResult) -> list[tuple[str, str]]:
    """Return finding_id and values_id of all findings, sorted."""
    return sorted((one.finding_id, one.values_id) for one in result.findings.rows())


def lines(grid: str) -> list[str]:
    return grid.strip().splitlines()


def rewritten(export: Path, folder: Path, as_: str) -> Path:
    """Write an export again as a format would hold it: numbers as numbers, dates as texts."""
    folder.mkdir()
    with Engine(jobs=1) as engine:
        for name in engine.load(read_export(export), model_of([])):
            kinds = engine.columns(name)
            kept = [
                trees.named(trees.column(c + "#text"), c) if kind == "date" else trees.column(c)
                for c, kind in kinds.items()
            ]
            query = exp.select(*kept).from_(trees.table(name)).order_by(trees.column("#row"))
            path = folder / f"{name.lower()}{SUFFIXES[as_]}"
            write_table(engine.run(query).arrow(), path, as_, name=name)
    return folder


def test_a_finding_says_what_broke_which_rule_where_and_by_which_values(desk):
    first = next(desk.run(desk.export(AE=AE), desk.pack(ORDER)).findings.rows())
    assert first == Finding(
        finding_id=first.finding_id,
        values_id=first.values_id,
        rule_id="ORDER",
        rule_version="1.0.0",
        severity="error",
        table="AE",
        file="ae.csv",
        row=1,
        subject="A",
        key={"USUBJID": "A", "AESEQ": "1"},
        values={"AESTDTC": "2020-01-05", "AEENDTC": "2020-01-01", "AETERM": "COUGH"},
        message="COUGH starts on 2020-01-05 and ends on 2020-01-01.",
    )
    assert len(first.finding_id) == len(first.values_id) == 16
    assert int(first.finding_id, 16) >= 0
    assert first.place == "ae.csv:1"
    assert tuple(first.as_json()) == COLUMNS


def test_the_columns_are_those_of_the_written_files_in_their_order(desk):
    findings = desk.run(desk.export(AE=AE), desk.pack(ORDER)).findings
    batch = next(findings.batches())
    assert tuple(batch.schema.names) == findings.columns == COLUMNS
    assert [str(kind) for kind in batch.schema.types] == [
        "int64" if name == "row" else "string" for name in COLUMNS
    ]
    assert " ".join(COLUMNS) == (
        "finding_id values_id rule_id rule_version severity table file row USUBJID key values"
        " message"
    )


def test_findings_come_in_the_order_of_the_rules_and_of_the_rows(desk):
    second = """
    id: COUGH
    applies_to: {table: AE}
    condition: AETERM <> 'COUGH'
    """
    result = desk.run(desk.export(AE=AE), desk.pack(ORDER, second))
    found = [(one.rule_id, one.row) for one in result.findings.rows()]
    assert found == [("ORDER", 1), ("ORDER", 2), ("ORDER", 4), ("ORDER", 5),
                     ("COUGH", 1), ("COUGH", 4)]  # fmt: skip


def test_sorting_a_file_anew_changes_no_identity(desk):
    header, *rows = lines(AE)
    pack = desk.pack(ORDER)
    here = desk.run(desk.export(AE=AE), pack)
    there = desk.run(desk.export("sorted", AE="\n".join([header, *reversed(rows)])), pack)
    assert ids(here) == ids(there)
    assert [one.row for one in there.findings.rows()] == [1, 2, 4, 5]


def test_splitting_a_file_in_two_changes_no_identity(desk):
    header, *rows = lines(AE)
    pack = desk.pack(ORDER)
    here = desk.run(desk.export(AE=AE), pack)
    parts = [
        desk.export("north", AE="\n".join([header, *rows[:3]])),
        desk.export("south", AE="\n".join([header, *rows[3:]])),
    ]
    there = desk.run(parts, pack)
    assert ids(here) == ids(there)


def test_of_a_table_in_two_files_the_file_and_its_own_row_are_named(desk):
    header, *rows = lines(AE)
    parts = [
        desk.export("north", AE="\n".join([header, *rows[:3]])),
        desk.export("south", AE="\n".join([header, *rows[3:]])),
    ]
    result = desk.run([part / "ae.csv" for part in parts], desk.pack(ORDER))
    places = [(one.file, one.row, one.key["USUBJID"]) for one in result.findings.rows()]
    files = list(dict.fromkeys(file for file, _, _ in places))
    assert [(files.index(file), row, who) for file, row, who in places] == [
        (0, 1, "A"), (0, 2, "A"), (1, 1, "B"), (1, 2, "B"),
    ]  # fmt: skip
    assert len(files) == 2


@pytest.mark.parametrize("as_", ["csv", "parquet", "xpt", "dataset-json"])
def test_exporting_again_in_another_format_changes_neither_identity_nor_values(desk, as_):
    pack = desk.pack(ORDER, HIGH)
    export = desk.export(AE=AE, LB=LABS)
    here = desk.run(export, pack)
    there = desk.run(rewritten(export, desk.folder / as_, as_), pack)

    def without_file(result: ValidationResult) -> list[dict[str, object]]:
        return [one.as_json() | {"file": None} for one in result.findings.rows()]

    assert without_file(here) == without_file(there)
    assert {Path(one.file).suffix for one in there.findings.rows()} == {SUFFIXES[as_]}


def test_values_are_plain_texts_whatever_their_type(desk):
    result = desk.run(desk.export(LB=LABS), desk.pack(HIGH))
    assert [list(one.values.values()) for one in result.findings.rows()] == [
        ["5", "4", "K", "2020-01-05", "7"],
        ["4.1", "4", "K", "2020-01", None],
        ["0.000001", "0", "K", "2020-01-06", "-3"],
        ["120", "4", "K", "2020-01-06", "12"],
    ]


def test_a_changed_value_changes_the_values_id_alone(desk):
    pack = desk.pack(ORDER)
    here = ids(desk.run(desk.export(AE=AE), pack))
    there = ids(desk.run(desk.export("new", AE=AE.replace("2020-01-09", "2020-01-10")), pack))
    assert [one for one, _ in here] == [one for one, _ in there]
    assert sum(a != b for a, b in zip(here, there, strict=True)) == 1


def test_a_new_version_of_the_rule_changes_no_identity(desk):
    export = desk.export(AE=AE)
    here = desk.run(export, desk.pack(ORDER))
    there = desk.run(export, desk.pack(ORDER + "version: 2.0.0"))
    assert ids(here) == ids(there)
    assert {one.rule_version for one in there.findings.rows()} == {"2.0.0"}


def test_a_key_that_a_rule_meets_twice_gets_ordinals(desk):
    twice = """
    USUBJID | AESEQ | AETERM | AESTDTC    | AEENDTC
    A       | 1     | COUGH  | 2020-01-05 | 2020-01-01
    A       | 1     | FEVER  | 2020-01-06 | 2020-01-02
    B       | .     | COUGH  | 2020-01-05 | 2020-01-01
    B       | .     | FEVER  | 2020-01-06 | 2020-01-02
    C       | 1     | FEVER  | 2020-01-06 | 2020-01-02
    """
    pack = desk.pack(ORDER)
    result = desk.run(desk.export(AE=twice), pack)
    found = [one.finding_id for one in result.findings.rows()]
    assert len(set(found)) == 5
    once = desk.run(
        desk.export("once", AE="\n".join(line for line in lines(twice) if "FEVER" not in line)),
        pack,
    )
    assert [one.finding_id for one in once.findings.rows()] == [found[0], found[2]]
    header, *rows = lines(twice)
    turned = desk.run(desk.export("turned", AE="\n".join([header, *reversed(rows)])), pack)
    assert {one.finding_id for one in turned.findings.rows()} == set(found)


def test_a_key_that_stands_twice_has_no_ordinal_where_the_rule_fails_once(desk):
    pack = desk.pack(ORDER)
    alone = desk.export("alone", AE="\n".join(lines(AE)[:2]))
    beside = desk.export("beside", AE="\n".join([lines(AE)[0],
        "A | 1 | FEVER | 2020-01-01 | 2020-01-02", lines(AE)[1]]))  # fmt: skip
    one, other = (next(desk.run(e, pack).findings.rows()) for e in (alone, beside))
    assert one.finding_id == other.finding_id
    assert (one.row, other.row) == (1, 2)


def test_rows_of_a_table_without_a_key_are_still_told_apart():
    with Engine(jobs=1) as engine:
        engine.store_arrow("rows", pa.table({"#file": [0, 0], "#row": [1, 2]}))
        status = RuleStatus("R", "1", "p", "PET", "a rule", "error", "ours", not_met=2)
        part = FindingRows(status, "rows", exp.true(), ["pet.csv"], {}, {}, ["text"])
        found = list(Findings(engine, [part]).rows())
    assert [(one.row, one.key, one.subject) for one in found] == [(1, {}, None), (2, {}, None)]
    assert len({one.finding_id for one in found}) == 2


def test_no_identity_stands_twice_in_a_run(desk):
    second = "id: OTHER\napplies_to: {table: [AE, LB]}\ncondition: USUBJID = 'C'"
    result = desk.run(desk.export(AE=AE, LB=LABS), desk.pack(ORDER, HIGH, second))
    found = [one for one, _ in ids(result)]
    assert len(found) == len(set(found)) == result.findings.count == len(result.findings) == 18


def test_unreadable_text_is_shown_as_it_stands(desk):
    labs = """
    USUBJID | LBSEQ | LBTESTCD | LBSTRESN | LBDTC      | LBSTNRHI | LBDY
    A       | 1x    | K        | <5       | 2020-13-45 | 4        | seven
    """
    rule = """
    applies_to: {table: LB}
    condition: LBSTRESN is not null and LBDTC is not null and LBDY is not null
    message: "{LBSTRESN}, {LBDTC}, {LBDY}"
    """
    (only,) = desk.run(desk.export(LB=labs), desk.pack(rule)).findings.rows()
    assert only.values == {"LBSTRESN": "<5", "LBDTC": "2020-13-45", "LBDY": "seven"}
    assert only.message == "<5, 2020-13-45, seven"
    assert only.key == {"USUBJID": "A", "LBSEQ": "1x"}


HOSTILE = [
    'it\'s "quoted"',
    "two\nlines\r\nand a tab\t",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "back\\slash \\n \\u0041 %s {AETERM} {0} $1 ?",
    "'; drop table AE; --",
    "ü µ 日本 \u202e \U0001f600",
    "nul\x00inside",
    "|1",
]


def test_hostile_texts_pass_through_unchanged(desk):
    import pyarrow.parquet as pq

    texts = pa.array(HOSTILE)
    (desk.folder / "export").mkdir()
    pq.write_table(
        pa.table({"USUBJID": texts, "AESEQ": pa.array(range(len(HOSTILE))), "AETERM": texts}),
        desk.folder / "export" / "ae.parquet",
    )
    rule = "applies_to: {table: AE}\ncondition: AETERM = 'COUGH'\nmessage: '{AETERM}'"
    result = desk.run(desk.folder / "export", desk.pack(rule))
    found = list(result.findings.rows())
    assert [one.values["AETERM"] for one in found] == HOSTILE
    assert [one.message for one in found] == HOSTILE
    assert [one.subject for one in found] == HOSTILE
    assert [one.key["USUBJID"] for one in found] == HOSTILE
    assert len({one.finding_id for one in found}) == len(HOSTILE)
    for batch in result.findings.batches():
        assert [json.loads(text)["AETERM"] for text in batch["values"].to_pylist()] == HOSTILE
    result.write(desk.folder / "out")
    shown = result.findings._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_hostile_names_of_tables_files_and_columns_pass_through_unchanged(desk):
    header = ["USUBJID", "AESEQ", 'a"b', "a'; --", "=x", "<b>", "AETERM"]
    for table in ("AE", "AE'; --", 'x" as y', "=cmd"):
        desk.csv(table, [header, ["A", "1", *header[2:]]])
    rule = "applies_to: {table: AE}\ncondition: AETERM = 'B'"
    result = desk.run(desk.folder / "export", desk.pack(rule))
    (only,) = result.findings.rows()
    assert (only.file, only.row, only.values) == ("ae.csv", 1, {"AETERM": "AETERM"})
    assert [table.name for table in result.export.tables] == ["=CMD", "AE", "AE'; --", 'X" AS Y']
    assert "AE'; -- 1" in str(result)


def test_a_hostile_file_name_is_shown_as_it_is(desk):
    names = ["a'b.csv", 'a"b.csv', "=1+1.csv", "<b>\\n.csv", "a\nb.csv"]
    header, *rows = lines(AE)
    parts = []
    for number, row in enumerate(rows):
        part = (
            read_export(desk.export(f"part{number}", AE=f"{header}\n{row}")).tables["AE"].parts[0]
        )
        parts.append(replace(part, file=names[number]))
    export = Export({"AE": RawTable("AE", tuple(parts))}, (), ("test",))
    rule = "applies_to: {table: AE}\ncondition: AETERM = 'B'"
    result = desk.run(export, desk.pack(rule))
    assert [one.file for one in result.findings.rows()] == names


def test_a_finding_on_a_derived_table_has_a_key_and_no_row(desk):
    more = """
    tables:
      course:
        one_row_per: [USUBJID]
        from: AE
        columns:
          events: {value: count(*)}
    """
    rule = "applies_to: {table: course}\ncondition: events < 3\nmessage: '{events} events.'"
    (only,) = desk.run(desk.export(AE=AE), desk.pack(rule, more=more)).findings.rows()
    assert (only.file, only.row, only.table, only.place) == (None, None, "course", "course")
    assert (only.key, only.subject) == ({"USUBJID": "A"}, "A")
    assert (only.values, only.message) == ({"events": "3"}, "3 events.")


def test_a_parameter_is_shown_in_a_finding_of_a_derived_table(desk):
    more = """
    parameters:
      most: {value: 2, source: ours}
    tables:
      course:
        one_row_per: [USUBJID]
        from: AE
        columns:
          events: {value: count(*)}
    """
    rule = (
        "applies_to: {table: course}\ncondition: events <= most\nmessage: '{events} above {most}'"
    )
    (only,) = desk.run(desk.export(AE=AE), desk.pack(rule, more=more)).findings.rows()
    assert (only.values, only.message) == ({"events": "3", "most": "2"}, "3 above 2")


def test_the_worst_findings_are_errors_first_and_each_rule_once_before_any_twice(desk):
    pack = desk.pack(
        "id: N\nseverity: notice\napplies_to: {table: AE}\ncondition: USUBJID = 'C'",
        "id: W\nseverity: warning\napplies_to: {table: AE}\ncondition: USUBJID = 'C'",
        "id: E1\napplies_to: {table: AE}\ncondition: AETERM <> 'COUGH'",
        "id: E2\napplies_to: {table: AE}\ncondition: AETERM <> 'COUGH'",
    )
    findings = desk.run(desk.export(AE=AE), pack).findings
    assert [f"{one.rule_id}:{one.row}" for one in findings.worst(6)] == [
        "E1:1", "E2:1", "E1:4", "E2:4", "W:1", "W:2",
    ]  # fmt: skip
    assert [one.rule_id for one in findings.worst(3)] == ["E1", "E2", "E1"]
    assert [status.rule_id for status, _ in findings.by_rule()] == ["E1", "E2", "W", "N"]
    assert len(findings.worst(100)) == findings.count == 14
    assert findings.worst(0) == []


def test_the_worst_findings_carry_the_identities_that_all_findings_have(desk):
    header, *rows = lines(AE)
    twice = "\n".join([header, *rows, *rows])
    findings = desk.run(desk.export(AE=twice), desk.pack(ORDER)).findings
    assert findings.worst(3) == list(findings.rows())[:3]
    assert findings.worst(8) == list(findings.rows())


def test_a_finding_is_found_by_its_identity(desk):
    findings = desk.run(desk.export(AE=AE), desk.pack(ORDER)).findings
    last = list(findings.rows())[-1]
    assert findings.find(last.finding_id) == last
    assert findings.find("'; drop") is None


def test_findings_print_their_number_by_rule(desk):
    findings = desk.run(desk.export(AE=AE), desk.pack(ORDER)).findings
    assert str(findings).splitlines() == [
        "4 findings",
        "  error    ORDER                          AE       4",
    ]
    assert findings._repr_html_().startswith("<p>4 findings</p><table><tr><th>rule_id</th>")


def test_no_findings_are_no_rows_and_no_batches():
    with Engine(jobs=1) as engine:
        none = Findings(engine, [])
        assert (none.count, list(none.rows()), list(none.batches())) == (0, [], [])
        assert none.worst() == []
        assert str(none) == "0 findings"
