"""Partial dates: what is read, what is refused, and that Python and the engine agree."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot import exp

from oncorules.data.dates import first_and_last_day, first_day, last_day, study_day

READABLE = {
    "2014-02-05": ("2014-02-05", "2014-02-05"),
    "2016-02-29": ("2016-02-29", "2016-02-29"),
    "2014-02-05T10": ("2014-02-05", "2014-02-05"),
    "2014-02-05T10:30": ("2014-02-05", "2014-02-05"),
    "2014-02-05T10:30:59": ("2014-02-05", "2014-02-05"),
    "2014-02-05T10:30:59.25Z": ("2014-02-05", "2014-02-05"),
    "2014-02-05T23:59-05:00": ("2014-02-05", "2014-02-05"),
    "2014-02-05T-:15": ("2014-02-05", "2014-02-05"),
    "2014-02": ("2014-02-01", "2014-02-28"),
    "2016-02": ("2016-02-01", "2016-02-29"),
    "1900-02": ("1900-02-01", "1900-02-28"),
    "2014-02--T10:30": ("2014-02-01", "2014-02-28"),
    "2014": ("2014-01-01", "2014-12-31"),
    "2014----T07:15": ("2014-01-01", "2014-12-31"),
    "2014---15": ("2014-01-15", "2014-12-15"),
    "2014---31": ("2014-01-31", "2014-12-31"),
    "2014---15T07:15": ("2014-01-15", "2014-12-15"),
    "1800-01-01": ("1800-01-01", "1800-01-01"),
    "2200-12-31": ("2200-12-31", "2200-12-31"),
}
UNREADABLE = [
    "2023-02-30",  # no such day
    "2023-02-29",
    "1900-02-29",
    "2023-13",
    "2023-13-45",
    "2023-00-10",
    "2023-01-00",
    "2023---32",
    "--12-15",  # no year
    "-----T07:15",
    "1799-12-31",  # years that are slips
    "2201-01-01",
    "0203-01-05",
    "20230-01-05",
    "2023-1-5",  # another shape
    " 023-01-05",
    " 2023-01-05",
    "2023-01-05 ",
    "2023-01-05x",
    "2023-01-05\n",
    "2023/01/05",
    "20230105",
    "05-01-2023",
    "05JAN2023",
    "2023-UN-UN",
    "2023-",
    "2023-01-",
    "2023-01--",
    "2023----",
    "2023-01-05T",  # no such time
    "2023-01-05T24:00",
    "2023-01-05T10:60",
    "2023-01-05T10:30:60",
    "2023-01-05 10:30",
    "2023-01-05t10:30",
    "2023-01-05T10:30+99:00",
    "2023-01-05/2023-01-07",  # an interval
    "٢٠٢٣-٠١-٠٥",  # digits of another script  # noqa: RUF001
    "2023-01-05\0",
    "infinity",
    "epoch",
    "today",
    "0044-03-15 (BC)",
    "missing",
    "",
]


@pytest.fixture(scope="module")
def ask():
    """A function that reads one text in DuckDB."""
    ends = [end(exp.column("d")).sql("duckdb") for end in (first_day, last_day)]
    con = duckdb.connect(config={"threads": 1})
    query = f"select {ends[0]}, {ends[1]} from (select unnest($texts) as d)"
    yield lambda texts: con.execute(query, {"texts": texts}).fetchall()
    con.close()


@pytest.mark.parametrize(("text", "days"), READABLE.items())
def test_a_readable_text_has_a_first_and_a_last_day(text, days):
    assert first_and_last_day(text) == tuple(map(date.fromisoformat, days))


@pytest.mark.parametrize("text", UNREADABLE)
def test_an_unreadable_text_has_none(text):
    assert first_and_last_day(text) is None


def test_the_engine_reads_every_listed_text_as_python_does(ask):
    texts = [*READABLE, *UNREADABLE]
    assert ask(texts) == [first_and_last_day(text) or (None, None) for text in texts]


def test_the_engine_keeps_missing_missing(ask):
    assert ask([None]) == [(None, None)]


pieces = st.sampled_from(
    [
        "2014", "1799", "2200", "2201", "02", "2", "12", "13", "29", "30", "31", "00", "10", "24",
        "-", "--", "---", "T", ":", "59", "60", ".5", "Z", "+05:30", "/", " ", "é", "\u0301",
    ]
)  # fmt: skip
near_dates = st.builds(
    "{:04d}{}{:02d}{}{:02d}{}".format,
    st.integers(1700, 2300),
    st.sampled_from(["-", "--", "/"]),
    st.integers(0, 14),
    st.sampled_from(["-", "--", "---", ""]),
    st.integers(0, 33),
    st.sampled_from(["", "T10", "T10:30", "T24:00", " ", "T-:15", "x"]),
)


@given(st.one_of(st.text(), st.lists(pieces).map("".join), near_dates))
@example("2014-02-05́")
@example("2014-02-0５")  # noqa: RUF001
def test_python_and_the_engine_agree_on_any_text(ask, text):
    assert ask([text]) == [first_and_last_day(text) or (None, None)]


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_every_day_is_both_its_first_and_its_last(ask, day):
    assert ask([day.isoformat()]) == [(day, day)]
    assert first_and_last_day(day.isoformat()) == (day, day)
    first, last = first_and_last_day(day.isoformat()[:7])
    assert first <= day <= last


@pytest.mark.parametrize(
    ("day", "expected"), [("2014-01-02", 1), ("2014-01-03", 2), ("2014-01-01", -1)]
)
def test_a_study_day_is_never_0(day, expected):
    assert study_day(date.fromisoformat(day), date(2014, 1, 2)) == expected
