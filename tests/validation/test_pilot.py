"""The CDISC pilot export: rules counted again by plain loops, and the same in every format.

The loops read the files with pandas and know nothing of oncorules; each was written from the text
of its rule alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from oncorules.data.export import ArrowRows, read_export
from oncorules.data.write import SUFFIXES, write_table
from oncorules.validation.run import ValidationResult, validate

PILOT = Path(__file__).parents[2].parent / "shared" / "exports" / "cdisc-pilot"
Row = dict[str, Any]
Keys = list[tuple[str, ...]]

pytestmark = pytest.mark.skipif(
    not PILOT.is_dir(), reason=f"the CDISC pilot export is not at {PILOT}"
)


@pytest.fixture(scope="module")
def result() -> Iterator[ValidationResult]:
    with validate(PILOT, ["sdtm"], structure="none") as result:
        yield result


@pytest.fixture(scope="module")
def tables() -> Callable[[str], list[Row]]:
    """Rows of a file as dictionaries, missing values as None."""
    known: dict[str, list[Row]] = {}

    def read(name: str) -> list[Row]:
        if name not in known:
            frame = pd.read_sas(PILOT / f"{name.lower()}.xpt", format="xport", encoding="utf-8")
            frame = frame.astype(object).where(frame.notna() & (frame != ""), None)
            known[name] = frame.to_dict("records")
        return known[name]

    return read


def exact(value: float) -> Decimal:
    """The number that a file means; pandas turns 1.3 of an XPT file into 1.3000000000000003."""
    return Decimal(f"{value:.6f}").normalize()


def text(value: object) -> str:
    """A value as findings show it."""
    return format(exact(value), "f") if isinstance(value, float) else str(value)


def key(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(text(row[name]) for name in names)


def day(value: str | None) -> date | None:
    """The day of a whole date; a month or a year is none."""
    return date.fromisoformat(value[:10]) if value is not None and len(value) >= 10 else None


def found(result: ValidationResult, rule: str, table: str) -> Keys:
    return sorted(
        tuple(str(value) for value in one.key.values())
        for one in result.findings.rows()
        if (one.rule_id, one.table) == (rule, table)
    )


def status(result: ValidationResult, rule: str, table: str) -> tuple[int, int, int, int]:
    (one,) = (s for s in result.rules if (s.rule_id, s.table) == (rule, table))
    return one.met, one.not_met, one.not_evaluable, one.not_in_scope


def test_study_days_of_events_agree_with_a_loop(result, tables):
    reference = {row["USUBJID"]: day(row["RFSTDTC"]) for row in tables("DM")}
    counted: Counter[str] = Counter()
    wrong: Keys = []
    for row in tables("AE"):
        if not row.get("AESTDY"):
            counted["out"] += 1
            continue
        start, first = day(row["AESTDTC"]), reference[row["USUBJID"]]
        if start is None or first is None:
            counted["unknown"] += 1
            continue
        distance = (start - first).days
        expected = distance + 1 if distance >= 0 else distance
        if row["AESTDY"] == expected:
            counted["met"] += 1
        else:
            wrong.append(key(row, "USUBJID", "AESEQ"))
    assert found(result, "STUDY-DAY-START", "AE") == sorted(wrong)
    counts = (counted["met"], len(wrong), counted["unknown"], counted["out"])
    assert status(result, "STUDY-DAY-START", "AE") == counts
    assert len(wrong) == 1


def test_repeated_events_agree_with_a_loop(result, tables):
    names = ("USUBJID", "AETERM", "AESTDTC", "AEENDTC", "AESEV", "AETOXGR")
    rows = [row for row in tables("AE") if row["AESTDTC"] is not None]
    alike = Counter(tuple(row.get(name) for name in names) for row in rows)
    wrong = [
        key(row, "USUBJID", "AESEQ")
        for row in rows
        if alike[tuple(row.get(name) for name in names)] > 1
    ]
    assert found(result, "AE-DUPLICATE", "AE") == sorted(wrong)
    assert len(wrong) == 460


def test_visits_out_of_order_agree_with_a_loop(result, tables):
    first_day: dict[tuple[str, float], date] = {}
    for row in tables("LB"):
        taken = day(row["LBDTC"])
        if row["VISITNUM"] is None or taken is None:
            continue
        visit = (row["USUBJID"], row["VISITNUM"])
        first_day[visit] = min(first_day.get(visit, taken), taken)
    wrong: Keys = []
    before: tuple[str, date] | None = None
    for (subject, number), taken in sorted(first_day.items()):
        if before is not None and before[0] == subject and taken < before[1]:
            wrong.append((subject, text(number)))
        before = (subject, taken)
    assert found(result, "VISIT-ORDER", "lab_visit") == sorted(wrong)
    assert status(result, "VISIT-ORDER", "lab_visit")[:2] == (len(first_day) - 6, 6)


def test_results_called_high_agree_with_a_loop_in_exact_decimals(result, tables):
    wrong: Keys = []
    met = 0
    for row in tables("LB"):
        if row["LBNRIND"] not in ("HIGH", "HIGH HIGH") or row["LBSTRESN"] is None:
            continue
        value, limit = (exact(row[name]) for name in ("LBSTRESN", "LBSTNRHI"))
        if 100 * value > 99 * limit:
            met += 1
        else:
            wrong.append(key(row, "USUBJID", "LBSEQ"))
    assert found(result, "LB-HIGH", "LB") == sorted(wrong)
    assert status(result, "LB-HIGH", "LB")[:3] == (met, len(wrong), 0)
    assert len(wrong) == 6


def test_events_called_not_serious_agree_with_a_loop(result, tables):
    criteria = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")
    wrong = [
        key(row, "USUBJID", "AESEQ")
        for row in tables("AE")
        if any(row.get(name) == "Y" for name in criteria) and row["AESER"] != "Y"
    ]
    assert found(result, "AE-CRITERION-SERIOUS", "AE") == sorted(wrong)
    assert len(wrong) == 33


def test_ends_of_fatal_events_agree_with_a_loop(result, tables):
    death = {row["USUBJID"]: day(row["DTHDTC"]) for row in tables("DM")}
    wrong: Keys = []
    met = 0
    for row in tables("AE"):
        ended, died = day(row["AEENDTC"]), death[row["USUBJID"]]
        if row["AEOUT"] != "FATAL" or ended is None or died is None:
            continue
        if ended == died:
            met += 1
        else:
            wrong.append(key(row, "USUBJID", "AESEQ"))
    assert found(result, "AE-FATAL-END", "AE") == sorted(wrong)
    assert status(result, "AE-FATAL-END", "AE")[:3] == (met, len(wrong), 0) == (2, 1, 0)


def test_participation_after_death_agrees_with_a_loop(result, tables):
    wrong: Keys = []
    for row in tables("DM"):
        ends = [day(row[name]) for name in ("RFENDTC", "RFXENDTC", "RFPENDTC")]
        died = day(row["DTHDTC"])
        if died is not None and max(end for end in ends if end is not None) > died:
            wrong.append(key(row, "USUBJID"))
    assert found(result, "DM-ALIVE-LATER", "DM") == sorted(wrong)
    assert len(wrong) == 1


def test_nothing_is_broken_and_what_did_not_run_says_why(result):
    assert "broken" not in result.by_status()
    assert [(one.rule_id, one.reason) for one in result.rules if one.status == "not run"] == [
        ("DS-PROGRESSION-RESPONSE", "it reads RS, which the export does not have")
    ]
    absent = [one for one in result.rules if one.table in ("RS", "VS", "TU", "TR", "MH", "CM")]
    assert {one.status for one in absent} == {"no rows in scope"}


def test_every_finding_names_a_file_row_with_its_key(result, tables):
    """The row of a finding is looked up in the file again."""
    checked = 0
    for one in result.findings.rows():
        if one.row is None:
            continue
        row = tables(one.table)[one.row - 1]
        assert one.file == f"{one.table.lower()}.xpt"
        assert {name: text(row[name]) for name in one.key} == one.key
        assert one.subject == row["USUBJID"]
        checked += 1
    assert checked > 800


def test_identities_are_unique(result):
    ids = [one.finding_id for one in result.findings.rows()]
    assert len(ids) == len(set(ids)) == result.findings.count


def whole(result: ValidationResult) -> pa.Table:
    table = pa.Table.from_batches(result.findings.batches())
    return table.drop_columns(["file"])


@pytest.mark.parametrize("as_", ["csv", "parquet", "dataset-json"])
def test_the_export_in_another_format_has_the_same_findings(result, tmp_path, as_):
    for name, raw in read_export(PILOT).tables.items():
        (part,) = raw.parts
        assert isinstance(part.source, ArrowRows)
        path = tmp_path / f"{name.lower()}{SUFFIXES[as_]}"
        write_table(part.source.read().read_all(), path, as_, name=name)
    with validate(tmp_path, ["sdtm"], structure="none") as other:
        assert whole(other).equals(whole(result))
        assert [one.as_json() for one in other.rules] == [one.as_json() for one in result.rules]
        places = {Path(one.file).suffix for one in other.findings.rows() if one.file is not None}
    assert places == {SUFFIXES[as_]}
