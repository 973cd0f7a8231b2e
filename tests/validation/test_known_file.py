"""The file of known findings: written and read back exactly; every fault has its line."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncorules.errors import DataError
from oncorules.validation.known import WRITTEN_STATES, Known
from oncorules.validation.known_file import COLUMNS, KnownLine, read_known, write_known

ID, OTHER, VALUES = "0123456789abcdef", "fedcba9876543210", "aaaaaaaaaaaaaaaa"
HEADER = ",".join(COLUMNS)
NASTY = st.text(
    st.one_of(st.sampled_from("'=+-@\t\r\n\",; a1"), st.characters(exclude_categories=["Cs", "Cn"]))
)
IDENTITIES = st.text("0123456789abcdef", min_size=16, max_size=16)
DAYS = st.none() | st.dates()


def line(rule: str = "R1", subject: str = "A", known: Known | None = None) -> KnownLine:
    return KnownLine(rule, subject, known or Known("open"))


def bare(lines: dict[str, KnownLine]) -> dict[str, tuple[str, str, Known]]:
    """The lines without their places."""
    return {name: (one.rule_id, one.subject, one.known) for name, one in lines.items()}


def write(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "known.csv"
    path.write_bytes("".join(f"{row}\n" for row in (header, *rows)).encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as raised:
        read_known(path)
    return str(raised.value)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        IDENTITIES,
        st.builds(
            KnownLine,
            st.just("RULE-1"),
            NASTY,
            st.builds(Known, st.sampled_from(WRITTEN_STATES), NASTY, NASTY, DAYS, IDENTITIES, DAYS),
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read_back_exactly(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("known") / "known.csv"
    write_known(path, lines)
    assert bare(read_known(path)) == bare(lines)
    first = path.read_bytes()
    write_known(path, read_known(path))
    assert path.read_bytes() == first


def test_no_cell_is_a_formula_or_a_number_in_place_of_an_identity(tmp_path):
    known = Known("open", "@kim", '=HYPERLINK("x")', values_id="12345678e1234567")
    write_known(tmp_path / "known.csv", {"1234567890123456": line("R1", "-7", known)})
    with (tmp_path / "known.csv").open(newline="") as file:
        cells = list(csv.reader(file))[1]
    assert cells == [
        "'1234567890123456", "R1", "'-7", "open", "'@kim", "'=HYPERLINK(\"x\")", "",
        "'12345678e1234567", "",
    ]  # fmt: skip


def test_lines_are_sorted_by_rule_subject_and_identity(tmp_path):
    lines = {OTHER: line("B"), ID: line("B"), VALUES: line("A", "Z"), VALUES[::-1] + "": line("A")}
    write_known(tmp_path / "known.csv", lines)
    written = [row.split(",")[1:3] for row in (tmp_path / "known.csv").read_text().splitlines()[1:]]
    assert written == sorted(written)
    ids = [row.split(",")[0] for row in (tmp_path / "known.csv").read_text().splitlines()[-2:]]
    assert ids == [ID, OTHER]


def test_what_a_spreadsheet_program_saves_is_read_too(tmp_path):
    text = f"{HEADER}\n{ID},R1,A,sent,kim,to the site,2024-12-31,{VALUES},2024-03-01\n,,,,,,,,\n"
    saved = "\ufeff" + text.replace(",", ";").replace("\n", "\r\n")
    (tmp_path / "known.csv").write_bytes(saved.encode())
    known = Known("sent", "kim", "to the site", date(2024, 12, 31), VALUES, date(2024, 3, 1))
    assert bare(read_known(tmp_path / "known.csv")) == {ID: ("R1", "A", known)}


def test_columns_may_stand_in_any_order(tmp_path):
    names = COLUMNS[::-1]
    cells = {"finding_id": ID, "rule_id": "R1", "state": "open"}
    path = write(tmp_path, ",".join(cells.get(name, "") for name in names), header=",".join(names))
    assert bare(read_known(path)) == {ID: ("R1", "", Known("open"))}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"{ID},R1,A,acepted,,,,,", '2: the state "acepted" is not known; did you mean "accepted"'),
        (f"{ID},R1,A,done,,,,,", '2: the state "done" is not known; write open, sent, answered'),
        (f"{ID},R1,A,reopened,,,,,", '2: the state "reopened" is not known; did you'),
        (f"{ID},R1,A,accepted,,,,,", "2: accepted needs the values_id that was accepted"),
        ("1.23E+15,R1,A,open,,,,,", '2: "1.23E+15" is not the identity of a finding'),
        (f"{ID},R1,A,open,,,,12,", '2: "12" is not a values_id'),
        (f"{ID},,A,open,,,,,", "2: rule_id is missing"),
        (f"{ID},R1,A,open,,,31/12/2024,,", '2: expires "31/12/2024" is not a day; write it as'),
        (f"{ID},R1,A,open,,,,,20240301", '2: first_seen "20240301" is not a day'),
        (f"{ID},R1,A,open,kim", "2: it has 5 cells, and the header 9"),
        ("<<<<<<< HEAD", "2: two versions were merged and this place is undecided"),
        (f'{ID},R1,A,open,,"no end,,,', "2: a quote is not closed"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_told_with_its_place(tmp_path, row, said):
    assert refusal(write(tmp_path, row)).startswith(f"{tmp_path / 'known.csv'}:{said}")


def test_the_place_counts_lines_and_not_rows(tmp_path):
    text = f'{ID},R1,A,open,,"two\nlines",,,'
    assert "known.csv:4: the finding " in refusal(write(tmp_path, text, f"{ID},R1,A,open,,,,,"))


def test_many_faults_are_counted(tmp_path):
    said = refusal(write(tmp_path, *["x,R1,A,open,,,,,"] * 5))
    assert said.count("is not the identity") == 3
    assert said.endswith("; and 2 more lines")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER.replace(",expires", ""), "1: the column expires is missing"),
        (HEADER + ",Owner2", '1: the column "Owner2" is not one of known findings'),
        (HEADER + ",owner", "1: a column stands twice"),
        ("a,b,c", " is not a file of known findings; its first line must be finding_id,"),
        ("", " is not a file of known findings"),
    ],
)
def test_a_wrong_header_is_told(tmp_path, header, said):
    assert said in refusal(write(tmp_path, header=header))


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    assert "make one with oncorules known RUN --file" in refusal(tmp_path / "known.csv")
    (tmp_path / "known.csv").write_bytes(b"\xff\xfe\x00")
    assert refusal(tmp_path / "known.csv").endswith("is not in UTF-8; save it as CSV UTF-8")
