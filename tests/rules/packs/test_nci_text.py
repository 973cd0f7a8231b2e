"""The parser of the NCI wording: nothing is left unread, typing errors are mended as known."""

import re
from decimal import Decimal

import pytest

from .nci_text import (
    FOLDER,
    LEFT_OUT,
    VERSIONS,
    Bound,
    cells,
    printed_limits,
    read_cell,
    read_part,
    term,
    terms,
)

CASES = [(v, name) for v, name in cells() if not name.startswith(tuple(LEFT_OUT))]

KIDNEY = ("1: 60 is >59", "2: 30 is >29")
ECG = ("1: 480 is <481", "2: 500 is <501")

#: Digits that belong to a unit, and the comma of thousands.
NO_NUMBERS = re.compile(r"10(?:e|\^)9|mm\(?3\)?|1\.73 m2|24 hrs|(?<=\d),(?=\d{3})")


def drawn(text: str) -> list[str]:
    """Return the clauses of a cell as text, each with its quantity where it has one."""
    return [
        " ".join(f"{b.sign}{b.number} {b.of}" for b in (*clause.bounds, *clause.where))
        + (f" [{quantity}]" if quantity else "")
        for quantity, clause in read_cell(text)
    ]


@pytest.mark.parametrize(("version", "name"), CASES, ids=lambda part: part)
def test_every_number_of_the_wording_is_among_the_printed_limits(version: str, name: str) -> None:
    limits = [limit for t in terms(version) if t.name == name for limit in printed_limits(t)]
    for grade, text in cells()[version, name].items():
        printed = {Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", NO_NUMBERS.sub("", text))}
        read = {limit.number for limit in limits if limit.grade == grade}
        assert printed <= read
        # Besides them only a bare ULN, LLN or "normal", and "absent".
        assert read - printed <= {Decimal(1), Decimal(0)}
        assert (Decimal(0) in read) == ("Absent" in text or Decimal(0) in printed)


def test_every_term_is_read_or_left_out_for_a_reason() -> None:
    names = {(t.version, t.name) for version in VERSIONS for t in terms(version)}
    left = {key for key in cells() if key not in names}
    assert all(any(name.startswith(start) for start in LEFT_OUT) for _, name in left)
    assert all(any(name.startswith(start) for _, name in left) for start in LEFT_OUT)


def test_what_a_version_lacks_is_no_term() -> None:
    names = {version: {t.name for t in terms(version)} for version in VERSIONS}
    assert "CPK increased" in names["5.0"] - names["6.0"]
    assert "Lymphocyte count decreased" in names["5.0"] - names["6.0"]
    assert "Blood bicarbonate decreased" in names["5.0"] - names["4.03"]
    assert "Platelet count decreased" in names["5.0"] - names["6.0"]
    assert "Thrombocytopenia" in names["6.0"] - names["5.0"]
    assert {"HDL decreased", "LDL increased"} <= names["6.0"] - names["5.0"]
    assert "Blood lactate dehydrogenase increased" in names["5.0"] - names["4.03"]
    numberless = {str(t) for version in VERSIONS for t in terms(version) if not t.grades}
    assert numberless == {
        "5.0 Hyperglycemia",
        "5.0 Hypophosphatemia",
        "6.0 Hypophosphatemia",
        "6.0 Lymphopenia",
    }


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("<LLN - 75,000/mm3", ["<1 x LLN >=75000 /mm3"]),
        ("<LLN x 0.8 - 10e9 /L", ["<1 x LLN >=0.8 10^9/L"]),
        ("<0.2 x 0.05 - 10e9 /L", ["<0.2 10^9/L >=0.05 10^9/L"]),
        ("<0.5 - 0.2 x 10^9/L", ["<0.5 10^9/L >=0.2 10^9/L"]),
        ("<500 - 200 mm(3)", ["<500 /mm3 >=200 /mm3"]),
        ("<100 - 80g/L", ["<100 g/L >=80 g/L"]),
        (">3.0 baseline", [">3.0 x baseline"]),
        ("> 1.0 - 1.5 x baseline", [">1.0 x baseline <=1.5 x baseline"]),
        ("pH <normal, but =>7.3", ["<1 x LLN >=7.3 "]),
        (">2.5 x ULN - 5 x ULN", [">2.5 x ULN <=5 x ULN"]),
        ("Increase in >0 - 2 g/Dl above ULN", [">0 g/dL above ULN <=2 g/dL above ULN"]),
        (
            "Increase in >4 gm/dL above ULN or above baseline if baseline is above ULN",
            [
                ">4 g/dL above ULN <=1 baseline x ULN",
                ">4 g/dL above baseline >1 x ULN >1 baseline x ULN",
            ],
        ),
        ("75% decrease from baseline", [">=75 % decrease from baseline"]),
        (">Baseline and ULN", [">1 x ULN >1 x baseline"]),
        (
            "2+ to 3+ or >1.0 - 3.5 g/24 hrs",
            [">=2 + <=3 + [dipstick]", ">1.0 g/24 hrs <=3.5 g/24 hrs"],
        ),
        ("Pediatric: 1 + proteinuria", [">=1 + <=1 + [pediatric dipstick]"]),
        ("26 - 49 ml/min", [">=26 mL/min <=49 mL/min"]),
        ("59 - 30 ml/min/1.73 m2", ["<=59 mL/min/1.73 m2 >=30 mL/min/1.73 m2"]),
        ("125 - <130 mmol/L and asymptomatic", [">=125 mmol/L <130 mmol/L"]),
        (
            ">ULN - 10 mg/dL (0.59 mmol/L) with physiologic consequences",
            [">1 x ULN <=10 mg/dL", ">1 x ULN <=0.59 mmol/L"],
        ),
        (
            ">12.5 - 13.5 mg/dL;>3.1 - 3.4 mmol/L",
            [">12.5 mg/dL <=13.5 mg/dL", ">3.1 mmol/L <=3.4 mmol/L"],
        ),
        ("Life-threatening consequences; urgent intervention indicated", []),
    ],
)
def test_a_cell_is_read_as_its_clauses(text: str, clauses: list[str]) -> None:
    assert drawn(text) == clauses


@pytest.mark.parametrize("text", ["about 5 apples", "<5 miles 2", "7 days"])
def test_a_number_that_is_not_read_stops_the_parser(text: str) -> None:
    with pytest.raises(AssertionError, match="not read"):
        read_part(text)


def test_the_cap_of_a_baseline_is_kept_apart() -> None:
    clause = term("6.0", "Alanine").grades[3][1]
    assert clause.where == (Bound(">", Decimal(1), "baseline x ULN"),)
    assert clause.cap == Bound("<=", Decimal(5), "baseline x ULN")
    assert (clause.low, clause.high) == (
        Bound(">", Decimal("2.0"), "x baseline"),
        Bound("<=", Decimal("4.0"), "x baseline"),
    )


def test_words_about_symptoms_stay_with_their_range() -> None:
    def words(version: str, name: str, grade: int) -> list[str]:
        return [clause.symptoms for clause in term(version, name).grades[grade]]

    assert words("5.0", "Lipase", 2) == ["", "without"]
    assert words("6.0", "Serum amylase", 2) == ["", "without"]
    assert words("6.0", "Serum amylase", 3) == ["with", "without"]
    assert words("5.0", "Hyponatremia", 3) == ["with", ""]
    assert words("3.0", "Uric acid", 1) == ["without", "without"]
    assert words("4.03", "Hyperuricemia", 3) == ["with", "with"]
    assert words("4.03", "Hypokalemia", 2) == ["with"]
    assert words("3.0", "Acidosis", 4) == ["with"]


def test_a_range_that_two_grades_share_is_told_apart_by_words() -> None:
    for version in VERSIONS:
        for of_term in terms(version):
            ranges = [(g, c) for g, cs in of_term.grades.items() for c in cs]
            for number, clause in ranges:
                shared = [c for g, c in ranges if g < number and c.bounds == clause.bounds]
                assert not shared or clause.symptoms == "with", (of_term, clause.text)


def test_only_these_limits_are_read_otherwise_than_printed_to_close_a_gap() -> None:
    found = {
        f"{of_term.version} {of_term.name[:17]} {number}: {was.number} is {now.sign}{now.number}"
        for version in VERSIONS
        for of_term in terms(version)
        for number, clauses in of_term.grades.items()
        for clause in clauses
        for was in clause.printed
        for now in clause.bounds
        if was not in clause.bounds and now.of == was.of and now.is_lower == was.is_lower
    }
    assert found == {
        *(f"{v} Chronic kidney di {gap}" for v in ("4.03", "5.0") for gap in KIDNEY),
        *(f"{v} Electrocardiogram {gap}" for v in VERSIONS[1:] for gap in ECG),
        "4.03 Proteinuria 2: 3.4 is <3.5",
        "5.0 Hyponatremia 1: 130 is >129",
        "5.0 Hyponatremia 2: 125 is >124",
        "5.0 Hyponatremia 3: 125 is >124",
        "6.0 Creatinine cleara 2: 26 is >25",
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_limit_in_units_is_printed_in_every_unit_of_its_term(version: str) -> None:
    for of_term in terms(version):
        for clauses in of_term.grades.values():
            units = {unit for clause in clauses for unit in clause.units}
            assert units in (set(), set(of_term.units)), of_term


def test_the_texts_are_those_of_three_files() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == [
        "README.md",
        "ctcae-3.0.csv",
        "ctcae-4.03-5.0-6.0.csv",
        "not-in-the-text.csv",
    ]
