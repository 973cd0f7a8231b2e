"""Dataset-JSON 1.1 and NDJSON: exact decimals, declared types, faults with their place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from oncorules.data.export import Export, read_export
from oncorules.errors import DataError

COLUMNS = [
    {"itemOID": "IT.LB.USUBJID", "name": "USUBJID", "label": "Subject", "dataType": "string"},
    {"itemOID": "IT.LB.LBSEQ", "name": "LBSEQ", "label": "Sequence", "dataType": "integer"},
    {"itemOID": "IT.LB.LBSTRESN", "name": "LBSTRESN", "dataType": "decimal"},
    {"itemOID": "IT.LB.LBDTC", "name": "LBDTC", "dataType": "date"},
    {"itemOID": "IT.LB.X", "name": "X", "dataType": "double"},
    {"itemOID": "IT.LB.B", "name": "B", "dataType": "boolean"},
]
ROWS: list[list[Any]] = [
    ["001", 1, "0.10", "2014-02", 1.5, True],
    ["002", 2, "12345678901234567890.123", "", None, False],
    ["", None, None, None, 2, None],
]


def write(path: Path, rows: list[Any] = ROWS, **changes: Any) -> Path:
    head: dict[str, Any] = {
        "datasetJSONVersion": "1.1.0", "itemGroupOID": "IG.LB", "name": "LB",
        "records": len(rows), "columns": COLUMNS, **changes,
    }  # fmt: skip
    if path.suffix == ".json":
        path.write_text(json.dumps({**head, "rows": rows}))
    else:
        path.write_text("\n".join(json.dumps(line) for line in [head, *rows]) + "\n")
    return path


def table(export: Export) -> list[tuple[Any, ...]]:
    source = export.tables["LB"].parts[0].source
    first = source.read()  # type: ignore[union-attr]
    assert first.equals(source.read())  # type: ignore[union-attr]
    return [tuple(row.values()) for row in first.to_pylist()]


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_export(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("ending", ["json", "ndjson"])
def test_values_have_their_declared_type_and_decimals_are_exact(
    tmp_path: Path, ending: str
) -> None:
    export = read_export(write(tmp_path / f"file.{ending}"))
    assert export.notes == ()
    assert [(c.kind, c.label) for c in export.tables["LB"].columns] == [
        ("text", "Subject"), ("integer", "Sequence"), ("number", None), ("text", None),
        ("number", None), ("boolean", None),
    ]  # fmt: skip
    assert export.tables["LB"].rows == 3
    assert table(export) == [
        ("001", 1, Decimal("0.10"), "2014-02", 1.5, True),
        ("002", 2, Decimal("12345678901234567890.123"), None, None, False),
        (None, None, None, None, 2.0, None),
    ]


def test_a_decimal_written_as_a_number_is_exact_too(tmp_path: Path) -> None:
    path = write(tmp_path / "lb.json", [["001", 1, 12345, None, None, None]])
    path.write_text(path.read_text().replace("12345", "0.1000000000000000000001"))
    assert table(read_export(path))[0][2] == Decimal("0.1000000000000000000001")


@pytest.mark.parametrize(
    ("place", "value", "note"),
    [
        (1, "x", 'LBSEQ is declared integer but row 2 holds "x"'),
        (1, 1.5, "LBSEQ is declared integer but row 2 holds 1.5"),
        (2, "<5", 'LBSTRESN is declared decimal but row 2 holds "<5"'),
        (4, "nan", 'X is declared double but row 2 holds "nan"'),
        (5, "Y", 'B is declared boolean but row 2 holds "Y"'),
    ],
)
def test_a_value_of_another_type_makes_the_column_text(
    tmp_path: Path, place: int, value: Any, note: str
) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][place] = value
    export = read_export(write(tmp_path / "lb.ndjson", rows))
    assert [str(n) for n in export.notes] == [f"lb.ndjson: {note}; read as text"]
    assert export.tables["LB"].columns[place].kind == "text"
    assert table(export)[1][place] == str(value)


@pytest.mark.parametrize("ending", ["json", "ndjson"])
def test_a_row_of_another_length_is_refused_with_its_number(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"lb.{ending}", [ROWS[0], ROWS[1][:-1]])
    assert refused(path) == (
        f"lb.{ending}, row 2: 5 values where there are 6 columns; export it again"
    )
    path = write(tmp_path / f"lb.{ending}", [{"USUBJID": "x"}])
    assert refused(path).startswith(f"lb.{ending}, row 1: no list of values where there are 6")


def test_fewer_records_than_announced_are_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path / "lb.ndjson", records=1200)) == (
        "lb.ndjson is cut off: it announces 1,200 records and holds 3; export it again"
    )


def test_a_cut_file_is_refused_with_line_and_column(tmp_path: Path) -> None:
    path = write(tmp_path / "lb.ndjson")
    path.write_text(path.read_text()[:-10])
    assert refused(path).startswith("lb.ndjson:4:")
    path = write(tmp_path / "lb.json")
    path.write_text(path.read_text()[:-10])
    assert refused(path).endswith("the file is cut off here; export it again")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "b": x}', "lb.json:2:7: this is not JSON (expecting value); export it again"),
        ('{"a": 1}', 'lb.json is JSON but not Dataset-JSON 1.1: "columns" is missing; export it'),
        ('{"columns": [{"name": "A"}]}', 'lb.json has no "rows"; expected Dataset-JSON 1.1'),
        ('{"columns": [{}], "rows": []}', 'lb.json: column 1 has no "name"; expected Dataset-JSON'),
        ('{"columns": [], "rows": []}', "lb.json has no columns; expected at least one column"),
        (
            '{"columns": [{"name": "A", "dataType": "strng"}], "rows": []}',
            'lb.json: column "A" has the dataType "strng"; did you mean "string"?; expected string',
        ),
        (
            '{"columns": [{"name": "A"}], "rows": [[NaN]]}',
            "lb.json:1 holds no readable number (NaN is not JSON); correct it",
        ),
        ('{"rows": ' + "[" * 200_000, "lb.json:1 is nested too deeply; export it again"),
    ],
)
def test_what_is_not_dataset_json_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "lb.json").write_text(text)
    assert refused(tmp_path / "lb.json").startswith(message)


def test_another_version_is_noted_and_no_rows_too(tmp_path: Path) -> None:
    export = read_export(write(tmp_path / "lb.json", [], datasetJSONVersion="1.0.0"))
    assert [str(note) for note in export.notes] == [
        "lb.json: Dataset-JSON version 1.0.0, read as 1.1",
        "lb.json: a header and no rows",
    ]
    assert table(export) == []


def test_many_rows_are_read_in_pieces_with_one_scale(tmp_path: Path) -> None:
    rows = [[str(i), i, f"{i}.5" if i % 2 else f"{i}.25", None, None, None] for i in range(120_000)]
    got = table(read_export(write(tmp_path / "lb.ndjson", rows)))
    assert len(got) == 120_000
    assert got[99_999][2] == Decimal("99999.5")
