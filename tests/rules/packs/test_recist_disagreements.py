"""Where tools disagree: each row of the page's two tables, by either answer."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from oncorules.rules.deriving.derive import derive

PAGE = Path(__file__).parents[3] / "docs/recist.md"
START = date(2024, 1, 1)
ORGANS = {"T": "LIVER", "N": "LYMPH NODE", "X": "BONE"}


class Row(NamedTuple):
    """One row of a table of the page."""

    question: str
    sequence: str
    asked: str
    here: str
    elsewhere: str
    switch: str


def read_tables() -> list[list[Row]]:
    """Return the rows of the tables below the heading."""
    _, _, below = PAGE.read_text("utf-8").partition("## Where tools disagree\n")
    tables: list[list[Row]] = []
    for line in below.partition("\n## ")[0].splitlines():
        if line.startswith("| question"):
            tables.append([])
        elif line.startswith("| "):
            tables[-1].append(Row(*(cell.strip(" `") for cell in line.strip("|").split("|"))))
    return tables


LESIONS, COURSES = read_tables()


def day(number: int) -> str:
    return str(START + timedelta(number))


def write_lesions(folder: Path) -> None:
    """Write the lesions of the first table; the visits are 28 days apart."""
    tu, tr = [], []
    for number, row in enumerate(LESIONS):
        links = []
        for visit, seen in enumerate(row.sequence.split(" / ")):
            sizes = seen.split(", ")
            if visit == 0:
                links = [size.split()[0] for size in sizes]
            for link, size in zip(links, sizes, strict=True):
                kind = "NON-TARGET" if link.startswith("X") else "TARGET"
                if visit == 0:
                    tu.append(f"S{number},{len(tu)},{link},{kind},{ORGANS[link[0]]},1")
                found = size.split()[-1].replace("there", "PRESENT").replace("-", "")
                test = (
                    "TUMSTATE" if kind == "NON-TARGET" else "LPERP" if link[0] == "N" else "LDIAM"
                )
                place = f"S{number},{len(tr)},{link},{test},{found}"
                tr.append(
                    f"{place},{'' if found == 'PRESENT' else found},{visit + 1},{day(28 * visit)}"
                )
    write(folder, "tu", "TUSEQ,TULNKID,TUORRES,TULOC,VISITNUM", tu)
    write(folder, "tr", "TRSEQ,TRLNKID,TRTESTCD,TRSTRESC,TRSTRESN,VISITNUM,TRDTC", tr)


def write_courses(folder: Path) -> None:
    """Write the recorded responses of the second table."""
    rs, cm, ex = [], [], []
    for number, row in enumerate(COURSES):
        ex.append(f"S{number},1,X,5,{START}")
        for visit, told in enumerate(row.sequence.split(", "), 2):
            when, response = told.split()
            if response == "therapy":
                cm.append(f"S{number},1,ANTICANCER,{day(int(when))}")
            else:
                rs.append(f"S{number},{visit},OVRLRESP,{response},{visit},{day(int(when))}")
    write(folder, "rs", "RSSEQ,RSTESTCD,RSSTRESC,VISITNUM,RSDTC", rs)
    write(folder, "cm", "CMSEQ,CMCAT,CMSTDTC", cm)
    write(folder, "ex", "EXSEQ,EXTRT,EXDOSE,EXSTDTC", ex)


def write(folder: Path, table: str, columns: str, rows: list[str]) -> None:
    (folder / f"{table}.csv").write_text("\n".join([f"USUBJID,{columns}", *rows]) + "\n", "utf-8")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    lesions, courses = (tmp_path_factory.mktemp(name) for name in ("lesions", "courses"))
    write_lesions(lesions)
    write_courses(courses)
    return lesions, courses


def answers(folder: Path, table: list[Row], settings: dict[str, Any]) -> list[str]:
    """Return the answer to what each row asks."""
    if table is COURSES:
        settings = {"response_source": "recorded", **settings}
    with derive(folder, ["recist-1.1"], settings=settings) as result:
        rows = result.table("ADRS").to_pylist()
    found = {(row["USUBJID"], row["PARAMCD"], row["VISITNUM"]): row for row in rows}
    told = []
    for number, one in enumerate(table):
        asked, _, visit = one.asked.partition(" ")
        parameter = "OVRLRESP" if asked == "CONTRESP" else asked
        row = found[f"S{number}", parameter, float(visit) if visit else None]
        told.append(row["CONTRESP" if asked == "CONTRESP" else "AVALC"])
    return told


@pytest.mark.parametrize("place", [0, 1], ids=["lesions", "courses"])
def test_the_page_tells_what_is_answered_here(folders: tuple[Path, Path], place: int) -> None:
    table = (LESIONS, COURSES)[place]
    assert answers(folders[place], table, {}) == [row.here for row in table]


@pytest.mark.parametrize("row", [*LESIONS, *COURSES], ids=lambda row: row.question)
def test_a_parameter_switches_to_the_answer_elsewhere(folders: tuple[Path, Path], row: Row) -> None:
    place = 0 if row in LESIONS else 1
    table = (LESIONS, COURSES)[place]
    name, _, value = row.switch.partition("=")
    found = answers(folders[place], table, {name: value})
    assert found[table.index(row)] == row.elsewhere != row.here
