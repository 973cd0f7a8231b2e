"""Every limit that NCI prints, one step below, on it and one above, in every unit it is printed in.

The packs are run on the values; the answers come from `nci_reading`, which reads the wording of NCI
and knows nothing of the packs. The values of `lab-units.md`, section 3, are among them: those that
take another grade in the other unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from oncorules.engine.duckdb import Engine
from oncorules.rules.compiler.relation import Relation
from oncorules.rules.examples.bench import Bench
from oncorules.rules.examples.stage import rows_of
from oncorules.rules.examples.tables import Row, store_rows
from oncorules.rules.grading.gradings import compile_terms
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.loading.model import Term

from .nci_reading import VERSIONS, grade, printed_limits, term

UNITS = {"10^6/L": "/mm3", "ug/L": "ng/mL", "msec": "ms"}
PLAIN = {"VALUE": "number", "VALUE_CORRECTED": "number", "UNIT": "text", "LLN": "number",
         "ULN": "number", "TEST": "text", "SPECIMEN": "text"}  # fmt: skip
BY_BASELINE = ("BASELINE", "FASTING", "RESULT")


def simple_terms(version: str) -> Iterator[tuple[str, Term]]:
    """Terms that read nothing but the value and its limits; the examples watch the others."""
    pack = load_pack(f"ctcae-{version}", examples=False)
    for name, grading in pack.gradings.items():
        for one in grading.terms:
            text = one.model_dump_json()
            if not any(word in text for word in BY_BASELINE) and one.limits is not None:
                yield name, one


def values_of(one: Term, unit: str) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Go through (value, LLN, ULN) around each limit of a term in a unit."""
    assert one.limits is not None
    row = next(row for row in one.limits.rows if row[0] == unit)
    limits = [Decimal(str(cell)) for cell in row[1:] if cell is not None]
    lln = max(limits) * 2 if one.direction == "low" else min(limits) / 4
    uln = min(limits) / 2 if one.direction == "high" else max(limits) * 4
    if "ULN + " in one.model_dump_json() or "VALUE - ULN" in one.model_dump_json():
        limits = [uln + limit for limit in limits]
    for limit in (*limits, lln, uln):
        step = Decimal(1).scaleb(min(int(limit.as_tuple().exponent), 0))
        for value in (limit - step, limit, limit + step, limit - step / 100, limit + step / 100):
            if value >= 0:
                yield round(value, 6), lln, uln


QUANTITY = {"ionised-calcium-low": "ionized calcium", "ionised-calcium-high": "ionized calcium"}


@pytest.mark.parametrize("version", VERSIONS)
def test_each_printed_limit_is_graded_as_the_text_says(version: str) -> None:
    cases = [
        (name, one, unit, value, lln, uln)
        for name, one in simple_terms(version)
        for unit in [row[0] for row in (one.limits.rows if one.limits else ())]
        for value, lln, uln in values_of(one, unit)
    ]
    assert len(cases) > 500
    assert graded(version, cases) == [
        grade(
            term(version, one.term, QUANTITY.get(one.label, "")),
            value=value,
            unit=UNITS.get(unit, unit),
            lln=lln,
            uln=uln,
        )
        for _, one, unit, value, lln, uln in cases
    ]


def cells(
    one: Term, unit: str, value: Decimal, lln: Decimal, uln: Decimal
) -> dict[str, Decimal | str]:
    """Return what a term reads of a result."""
    numbers = {"VALUE": value, "VALUE_CORRECTED": value, "LLN": lln, "ULN": uln}
    return {**numbers, "UNIT": unit, "TEST": one.test[0], "SPECIMEN": "BLOOD"}


def graded(
    version: str, cases: list[tuple[str, Term, str, Decimal, Decimal, Decimal]]
) -> list[int | None]:
    """Grade values by the terms of a pack."""
    pack = load_pack(f"ctcae-{version}", examples=False)
    answers: dict[int, int | None] = {}
    with Engine(jobs=1) as engine:
        bench = Bench(engine, [pack])
        for name, grading in pack.gradings.items():
            terms = tuple(dict.fromkeys(one.label for label, one, *_ in cases if label == name))
            for label in terms:
                own = [
                    (n, case)
                    for n, case in enumerate(cases)
                    if case[0] == name and case[1].label == label
                ]
                one = own[0][1][1]
                rows = [Row(cells(one, *given), (), example=n) for n, (_, _, *given) in own]
                held = store_rows(bench.empty, "given", PLAIN, rows)  # type: ignore[arg-type]
                alone = grading.model_copy(
                    update={"terms": (one,), "reads": {"VALUE_CORRECTED": "VALUE_CORRECTED"}}
                )
                scope = bench.empty.scope(pack, name, grading.parameters)
                query, relation = compile_terms("graded", alone, Relation("given", held, ()), scope)
                engine.store("graded", query)
                for row in rows_of(bench.empty, relation):
                    told = row[f"{one.direction.upper()}_GRADE"]
                    answers[int(row["#example"] or 0)] = None if told is None else int(told)
                engine.drop("graded")
                engine.drop("given")
    return [answers[number] for number in range(len(cases))]


def test_the_printed_numbers_of_the_text_are_the_limits_of_the_packs() -> None:
    """Each number printed in a unit stands in the limits or lines of its term."""
    for version in VERSIONS:
        for _, one in simple_terms(version):
            assert one.limits is not None
            own = {
                (UNITS.get(row[0], row[0]), Decimal(str(c)))
                for row in one.limits.rows
                for c in row[1:]
            }
            read = term(version, one.term, QUANTITY.get(one.label, ""))
            units = {unit for unit, _ in own}
            printed = {
                (limit.of, limit.number) for limit in printed_limits(read) if limit.of in units
            }
            assert printed <= own, (version, one.term)


@pytest.mark.parametrize(
    ("name", "unit", "value", "expected"),
    [
        ("Anemia", "mmol/L", "4.93", 2), ("Anemia", "g/dL", "7.94", 3),
        ("Hypomagnesemia", "mg/dL", "0.95", 2), ("Hypomagnesemia", "mmol/L", "0.39", 3),
        ("Hypophosphatemia", "mmol/L", "0.62", 2), ("Hypophosphatemia", "mg/dL", "1.92", 3),
        ("Hyperuricemia", "mmol/L", "0.592", 4), ("Hyperuricemia", "mg/dL", "9.95", 3),
        ("Hypertriglyceridemia", "mmol/L", "1.70", 0),
        ("Hypertriglyceridemia", "mg/dL", "150.5", 1),
    ],
)  # fmt: skip
def test_a_value_takes_the_grade_of_the_unit_it_was_reported_in(
    name: str, unit: str, value: str, expected: int
) -> None:
    pack = load_pack("ctcae-4.03", examples=False)
    one = next(one for one in pack.gradings["toxicity"].terms if one.term == name)
    case = ("toxicity", one, unit, Decimal(value), Decimal(20), Decimal("0.1"))
    assert graded("4.03", [case]) == [expected]
