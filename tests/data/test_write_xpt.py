"""XPT version 5: what fits is exact and read alike by others, what does not fit is named."""

from __future__ import annotations

import io
import struct

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oncorules.data.write import TableRows
from oncorules.data.write_xpt import _ibm, write
from oncorules.errors import OutputError


def written(table, *, name="LB", label="", labels=None):
    file = io.BytesIO()
    write(TableRows(table), file, name=name, label=label, labels=labels or {})
    return file.getvalue()


def from_ibm(raw: bytes) -> float | None:
    """Read one IBM float, written down from its definition."""
    (bits,) = struct.unpack(">Q", raw)
    if raw == b"." + bytes(7):
        return None
    fraction = (bits & ((1 << 56) - 1)) / 2**56
    return (-1.0 if bits >> 63 else 1.0) * fraction * 16.0 ** ((bits >> 56 & 0x7F) - 64)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e75, max_value=1e75))
@example(0.0)
@example(1.0)
@example(-118.625)
@example(16.0)
@example(1 / 16)
@example(2.0**53 + 2)
def test_every_usual_float_is_held_exactly(value):
    found = from_ibm(_ibm(pa.array([value]), "LB.X").tobytes())
    assert found == value or (found == 0 and abs(value) < 1e-77)


def test_known_floats_have_their_known_bytes():
    found = _ibm(pa.array([1.0, -118.625, 0.0, None]), "LB.X").tobytes()
    assert found.hex() == "4110000000000000" + "c276a00000000000" + "00" * 8 + "2e" + "00" * 7


def test_pandas_reads_the_same(tmp_path):
    import pandas as pd

    rows = pa.table({"USUBJID": ["A", "BB", None], "LBSEQ": [1.5, None, -3.25]})
    (tmp_path / "lb.xpt").write_bytes(written(rows))
    found = pd.read_sas(tmp_path / "lb.xpt", encoding="utf-8")
    assert found["USUBJID"].fillna("").tolist() == ["A", "BB", ""]
    assert found["LBSEQ"].dropna().tolist() == [1.5, -3.25]


def test_pyreadstat_reads_the_same_with_labels(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    rows = pa.table({"USUBJID": ["A", "é"], "LBSEQ": [1, 2]})
    content = written(rows, label="Laboratory", labels={"LBSEQ": "Sequence Number"})
    (tmp_path / "lb.xpt").write_bytes(content)
    found, about = pyreadstat.read_xport(str(tmp_path / "lb.xpt"), encoding="utf-8")
    assert found.to_dict("list") == {"USUBJID": ["A", "é"], "LBSEQ": [1.0, 2.0]}
    assert about.table_name == "LB" and about.file_label == "Laboratory"
    assert about.column_names_to_labels["LBSEQ"] == "Sequence Number"


def test_the_file_is_whole_records_and_says_1970():
    content = written(pa.table({"A": ["x"] * 7}))
    assert len(content) % 80 == 0
    assert content.count(b"01JAN70:00:00:00") == 4


def test_names_are_written_in_upper_case():
    assert b"USUBJID " in written(pa.table({"usubjid": ["A"]}))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            {"PARAMETER": [1]},
            "LB.PARAMETER: the name has 9 characters, XPT allows 8; rename it or write Parquet",
        ),
        ({"1A": [1]}, "LB.1A: XPT allows letters A to Z, digits and _ in a name, with a letter"),
        ({"é": [1]}, "LB.é: XPT allows letters A to Z"),
        ({"a": [1], "A": [2]}, "LB has several columns A in upper case"),
        (
            {"A": ["x", "é" * 101]},
            "LB.A: the text of row 2 has 202 bytes, XPT allows 200; shorten it or write Parquet",
        ),
        ({"A": [2**53 + 1]}, "LB.A: a number has more than the 15 digits that XPT holds exactly"),
        ({"A": [1e80]}, "LB.A: a number is larger than XPT can hold"),
        ({"A": [float("inf")]}, "LB.A: a number is larger than XPT can hold"),
        ({"A": ["x", None]}, "LB: the last row is empty, which XPT cannot tell from the end"),
    ],
)
def test_what_does_not_fit_is_named(rows, expected):
    with pytest.raises(OutputError) as found:
        written(pa.table(rows))
    assert str(found.value).startswith(expected)


def test_labels_and_table_names_that_do_not_fit_are_named():
    rows = pa.table({"A": [1]})
    with pytest.raises(OutputError, match=r"LB\.A: the label has 41 bytes, XPT allows 40; shorten"):
        written(rows, labels={"A": "x" * 41})
    with pytest.raises(OutputError, match="LB: the label has 42 bytes"):
        written(rows, label="é" * 21)
    with pytest.raises(OutputError, match="TIME_POINT: the name has 10 characters"):
        written(rows, name="TIME_POINT")


def test_200_bytes_and_40_bytes_fit():
    content = written(pa.table({"ABCDEFGH": ["x" * 200]}), labels={"ABCDEFGH": "y" * 40})
    assert b"x" * 200 in content and b"y" * 40 in content
