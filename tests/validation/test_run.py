"""One call from an export to findings, statuses and an exit code."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oncorules.data.export import read_export
from oncorules.errors import CallError, DataError, RuleError
from oncorules.rules.loading.loader import load_pack
from oncorules.validation import run
from oncorules.validation.run import validate

AE = """
USUBJID | AESEQ | AETERM | AESEV
A       | 1     | COUGH  | MILD
A       | 2     | FEVER  | SEVERE
B       | 1     | RASH   | .
"""
DM = "USUBJID | RFSTDTC\nA | 2020-01-01\nC | 2020-01-01"


def rule(id_: str, condition: str = "AESEQ > 1", severity: str = "error", table: str = "AE") -> str:
    return (
        f"id: {id_}\nseverity: {severity}\napplies_to: {{table: {table}}}\ncondition: {condition}"
    )


def test_the_answer_says_what_was_read(desk):
    result = desk.run(desk.export(AE=AE, DM=DM), desk.pack(rule("R")))
    assert [(t.name, t.files, t.rows, t.subjects) for t in result.export.tables] == [
        ("AE", ("ae.csv",), 3, 2), ("DM", ("dm.csv",), 2, 2),
    ]  # fmt: skip
    assert result.export.subjects == 3
    assert result.export.notes == result.session.tables.notes


def test_the_answer_prints_tables_rules_and_findings(desk):
    pack = desk.pack(rule("R"), rule("N", "AESEQ > 0", "notice"))
    result = desk.run(desk.export(AE=AE, DM=DM), pack)
    assert str(result).splitlines() == [
        "rows: AE 3, DM 2",
        "rules: 1 not met, 1 met",
        "2 findings",
        "  error    R                              AE       2",
    ]
    assert result._repr_html_().startswith("<p>1 not met, 1 met</p><p>2 findings</p><table>")


def test_the_answer_is_plain_data_too(desk):
    result = desk.run(desk.export(AE=AE), desk.pack(rule("R")))
    data = json.loads(json.dumps(result.as_json()))
    assert list(data) == ["tables", "subjects", "notes", "rules", "findings"]
    assert data["tables"] == [{"name": "AE", "files": ["ae.csv"], "rows": 3, "subjects": 2}]
    assert [one["row"] for one in data["findings"]] == [1, 3]
    assert json.loads(result.rules_as_json()) == data["rules"]


SEVERITIES = ["error", "warning", "notice"]


@pytest.mark.parametrize("severity", SEVERITIES)
def test_findings_end_with_1_from_the_severity_that_is_asked_for(desk, severity):
    result = desk.run(desk.export(AE=AE), desk.pack(rule("R", severity=severity)))
    for fail_on in [*SEVERITIES, "never"]:
        fails = fail_on != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(fail_on)
        assert [result.exit_code(fail_on, allow) for allow in (False, True)] == [int(fails)] * 2


def test_a_rule_that_did_not_run_ends_with_1_at_its_severity_unless_let_pass(desk):
    one = rule("R", "AESER <> 'X'", "warning")
    result = desk.run(desk.export(AE=AE), desk.pack(one))
    assert result.by_status() == {"not run": 1}
    for fail_on, code in (("error", 0), ("warning", 1), ("notice", 1), ("never", 0)):
        assert (result.exit_code(fail_on), result.exit_code(fail_on, True)) == (code, 0)


def test_nothing_to_complain_of_ends_with_0(desk):
    pack = desk.pack(rule("MET", "AESEQ > 0"), rule("NOROWS", "CMSEQ > 0", table="CM"))
    result = desk.run(desk.export(AE=AE), pack)
    assert [result.exit_code(one) for one in [*SEVERITIES, "never"]] == [0] * 4
    unknown = """
    id: UNKNOWN
    applies_to: {table: AE, where: AESEV = 'FATAL'}
    condition: AESEQ > 0
    """
    result = desk.run(desk.export(AE=AE), desk.pack(unknown))
    assert (result.by_status(), result.exit_code("notice")) == ({"not evaluable": 1}, 0)


def test_a_broken_rule_ends_with_2_whatever_is_let_pass(desk, monkeypatch):
    import duckdb

    def refuse(*_: object) -> None:
        raise duckdb.OutOfRangeException("Out of Range Error: made for this test")

    monkeypatch.setattr("oncorules.validation.content.count_outcomes", refuse)
    result = desk.run(desk.export(AE=AE), desk.pack(rule("R", severity="notice")))
    assert result.by_status() == {"broken": 1}
    assert {result.exit_code(f, a) for f in [*SEVERITIES, "never"] for a in (False, True)} == {2}


def test_an_unknown_severity_is_refused(desk):
    result = desk.run(desk.export(AE=AE), desk.pack(rule("R")))
    with pytest.raises(CallError, match='fail-on "fatal" is not error, warning, notice or never'):
        result.exit_code("fatal")


def test_rules_are_chosen_and_left_out_by_their_ids(desk):
    pack = desk.pack(rule("ONE"), rule("TWO"), rule("THREE"))
    export = desk.export(AE=AE)

    def ran(**options: object) -> list[str]:
        return [one.rule_id for one in desk.run(export, pack, **options).rules]

    assert ran() == ["ONE", "TWO", "THREE"]
    assert ran(rules=["THREE", "ONE"]) == ["ONE", "THREE"]
    assert ran(exclude=["TWO"]) == ["ONE", "THREE"]
    assert ran(rules=["ONE", "TWO"], exclude=["TWO"]) == ["ONE"]


def test_findings_of_a_rule_do_not_depend_on_the_rules_beside_it(desk):
    pack = desk.pack(rule("ONE"), rule("TWO", "AESEV = 'MILD'"), rule("THREE", "AETERM <> 'RASH'"))
    export = desk.export(AE=AE)
    together = list(desk.run(export, pack).findings.rows())
    alone = [
        finding
        for name in ("ONE", "TWO", "THREE")
        for finding in desk.run(export, pack, rules=[name]).findings.rows()
    ]
    assert together == alone


def test_an_export_a_pack_and_paths_are_taken_as_they_are(desk):
    pack, folder = desk.pack(rule("R")), desk.export(AE=AE)
    results = [
        desk.run(given, [loaded])
        for given, loaded in (
            (folder, pack),
            (str(folder), load_pack(pack, examples=False)),
            ([folder / "ae.csv"], str(pack)),
            (read_export(folder), pack),
        )
    ]
    assert len({str(result) for result in results}) == 1


def test_settings_and_presets_reach_the_rules(desk):
    more = """
    parameters:
      least: {value: 2, source: ours}
    presets:
      lax: {least: 0}
    """
    export, pack = desk.export(AE=AE), desk.pack(rule("R", "AESEQ >= least"), more=more)
    assert desk.run(export, pack).findings.count == 2
    assert desk.run(export, pack, preset="lax").findings.count == 0
    assert desk.run(export, pack, settings={"trial:least": 3}).findings.count == 3
    shown = next(desk.run(export, pack, settings={"least": 3}).findings.rows())
    assert shown.values == {"AESEQ": "1", "least": "3"}


def test_rules_of_two_packs_run_together(desk):
    packs = [desk.pack(rule("ONE")), desk.pack(rule("TWO"), name="other")]
    result = desk.run(desk.export(AE=AE), packs)
    assert [(one.rule_id, one.pack) for one in result.rules] == [("ONE", "trial"), ("TWO", "other")]
    assert result.findings.count == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"structure": "pandra"}, 'structure "pandra" is not pandera, sql or none'),
        ({"rules": ["R1X"]}, 'there is no rule "R1X" in these packs; did you mean "R1"'),
        ({"exclude": ["R1X"]}, 'there is no rule "R1X"'),
        ({"memory": "2 gigs"}, 'memory "2 gigs" is not a size'),
        ({"jobs": 0}, "the number of jobs is 0"),
        ({"preset": "lax"}, "lax"),
        ({"settings": {"nothing": 1}}, "nothing"),
    ],
)
def test_a_wrong_call_is_refused_in_a_sentence(desk, options, message):
    with pytest.raises(CallError, match=message):
        desk.run(desk.export(AE=AE), desk.pack(rule("R1")), **options)


def test_an_export_that_is_not_there_and_a_faulty_pack_are_refused(desk):
    with pytest.raises(DataError, match="nowhere"):
        desk.run(desk.folder / "nowhere", desk.pack(rule("R")))
    with pytest.raises(RuleError, match="ATERM"):
        desk.run(desk.export(AE=AE), desk.pack(rule("R", "ATERM = 'X'")))


def test_the_engine_is_closed_when_a_run_fails(desk, monkeypatch):
    opened = []
    real = run.open_session

    def keep(*arguments: object, **options: object) -> object:
        opened.append(real(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(run, "open_session", keep)
    with pytest.raises(RuleError):
        desk.run(desk.export(AE=AE), desk.pack(rule("R", "ATERM = 'X'")))
    assert [session.engine.folder.exists() for session in opened] == [False]


def test_leaving_the_with_block_removes_the_temporary_folder(desk):
    with validate(desk.export(AE=AE), [desk.pack(rule("R"))], structure="none") as result:
        folder = result.session.engine.folder
        assert folder.exists()
    assert not folder.exists()
    result.close()


@pytest.mark.parametrize("way", ["pandera", "sql"])
def test_structure_checks_come_first_and_are_counted_with_the_rest(desk, way):
    bad = AE.replace("| 2  ", "| x  ")
    result = desk.run(desk.export(AE=bad), desk.pack(rule("R")), structure=way)
    ids = [one.rule_id for one in result.rules]
    assert ids[-1] == "R"
    assert "AE.AESEQ.type" in ids
    found = [(one.rule_id, one.place) for one in result.findings.rows()]
    assert ("AE.AESEQ.type", "ae.csv:2") in found
    assert found[-2:] == [("R", "ae.csv:1"), ("R", "ae.csv:3")]
    assert len({one.finding_id for one in result.findings.rows()}) == result.findings.count


def test_a_structure_check_is_chosen_by_its_id_alone(desk):
    export, pack = desk.export(AE=AE), desk.pack(rule("R"))
    result = desk.run(export, pack, structure="sql", rules=["AE.AESEQ.type"])
    assert [one.rule_id for one in result.rules] == ["AE.AESEQ.type"]
    result = desk.run(export, pack, structure="sql", rules=["R"])
    assert [one.rule_id for one in result.rules] == ["R"]
    with pytest.raises(CallError, match=r'there is no structure check "AE\.AESEQ\.typ"'):
        desk.run(export, pack, structure="sql", rules=["AE.AESEQ.typ"])


def test_a_large_table_is_validated_in_little_memory(desk):
    rows, per = 300_000, 300
    number = np.arange(rows)
    export = desk.folder / "export"
    export.mkdir()
    table = pa.table(
        {
            "USUBJID": pa.array([f"TRIAL-{n // per:05}" for n in number]),
            "LBSEQ": pa.array(number % per + 1),
            "LBTESTCD": pa.array([("ALT", "AST", "K")[n % 3] for n in number]),
            "LBSTRESN": pa.array(number % 101 / 10),
            "LBDTC": pa.array([f"2020-{n % 12 + 1:02}-{n % 28 + 1:02}" for n in number]),
        }
    )
    pq.write_table(table, export / "lb.parquet")
    rules = (
        """
        id: UNIQUE
        applies_to: {table: LB}
        windows:
          same: {per: [USUBJID, LBSEQ], rows: all}
        condition: count(*) over same = 1
        """,
        """
        id: RISING
        applies_to: {table: LB}
        windows:
          before: {per: [USUBJID, LBTESTCD], order: [LBDTC, LBSEQ], rows: the one before}
        columns:
          last:
            value: before.LBSTRESN
        condition: LBSTRESN >= last
        if_missing: {last: met}
        message: "{LBTESTCD} {LBSTRESN} after {last}."
        """,
        "id: LOW\napplies_to: {table: LB}\ncondition: LBSTRESN < 9.9",
    )
    result = desk.run(export, desk.pack(*rules), memory="100MB")
    statuses = {one.rule_id: one for one in result.rules}
    low = int(np.count_nonzero(number % 101 >= 99))
    assert (statuses["UNIQUE"].met, statuses["LOW"].not_met) == (rows, low)
    assert sum(1 for one in statuses.values() if one.status == "broken") == 0
    result.write(desk.folder / "out")
    written = pq.ParquetFile(desk.folder / "out" / "findings.parquet").metadata.num_rows
    assert written == result.findings.count > 100_000
    assert result.export.subjects == rows // per
