"""The wording of the NCI's laboratory grades, taken apart by regular expressions.

A cell such as "<LLN - 75,000/mm3; <LLN - 75.0 x 10e9 /L" becomes two clauses; a clause is a list of
bounds that must all hold, such as `< 1 x LLN` and `>= 75.0 10^9/L`. A digit that nothing has read
makes the parser fail. Written from the wording alone, not from any rule pack.

A bound's `of` is what its number counts:

- a unit, as NCI prints it but for typing errors ("g/dL", "10^9/L", "/mm3", "g/24 hrs", "+"); "" for
  a bare number (pH, INR, "absent" as 0); ratios of urine protein to creatinine have "g/g";
- "x ULN", "x LLN", "% LLN", "x baseline", "% decrease from baseline" (a fall, itself high);
- "<unit> above ULN", "<unit> above baseline";
- of the baseline itself: "baseline x ULN", "baseline x LLN".

How signs are read: `<a - b` leaves a out and b in, so a value on a limit takes the milder grade,
and so does `>a - b`; `a - b` without a sign has both ends in; a single number without a sign
("0.2", "75% decrease", "4+") is "or more", but "1+" to "3+" are that mark alone. "=>" is ">=".
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("nci")
VERSIONS = ("3.0", "4.03", "5.0", "6.0")

#: Terms of the files that no single laboratory value grades; the start of the name is enough.
LEFT_OUT = {
    "Blood/Bone Marrow - Other": "no number",
    "Coagulation - Other": "no number",
    "Metabolic/Laboratory - Other": "no number",
    "Bone marrow cellularity": "not a blood test",
    "Myelodysplasia": "not a blood test",
    "Hemolysis": "a fall of haemoglobin with other evidence",
    "Iron overload": "no number",
    "Splenic function": "no number",
    "DIC": "no number",
    "Thrombotic microangiopathy": "no number",
    "Hemoglobinuria": "present or not",
    "Febrile neutropenia": "needs the temperature",
    "Carbon monoxide diffusing capacity": "not a blood test",
    "Tumor lysis syndrome": "needs the syndrome",
}

ONE = Decimal(1)
RELATIVE = {"x ULN", "x LLN", "% LLN", "x baseline", "% decrease from baseline"}


@dataclass(frozen=True)
class Bound:
    """One comparison of a value, or of its baseline, with a number."""

    sign: str
    number: Decimal
    of: str

    @property
    def is_lower(self) -> bool:
        """Whether it keeps values from being too low."""
        return self.sign[0] == ">"

    @property
    def unit(self) -> str | None:
        """The unit of measurement that the number has, if it has one."""
        plain = self.of.partition(" above ")[0]
        return None if plain in RELATIVE or not plain or plain.startswith("baseline") else plain


@dataclass(frozen=True)
class Clause:
    """One way to have a grade: all bounds hold, and the baseline is as `where` says."""

    text: str
    #: As printed.
    printed: tuple[Bound, ...]
    #: As read: gaps closed, and what the wording implies (a fall is above 0, "if abnormal").
    bounds: tuple[Bound, ...]
    where: tuple[Bound, ...] = ()
    #: A limit of the baseline beyond which the text says nothing at all ("up to 5 x ULN").
    cap: Bound | None = None
    #: "fasting", "anticoagulated" or "".
    only: str = ""
    #: "with", "without" or "": what the wording asks of the symptoms or consequences.
    symptoms: str = ""

    @property
    def low(self) -> Bound | None:
        """The lower bound as printed."""
        return next((bound for bound in self.printed if bound.is_lower), None)

    @property
    def high(self) -> Bound | None:
        """The upper bound as printed."""
        return next((bound for bound in self.printed if not bound.is_lower), None)

    @property
    def units(self) -> set[str]:
        """The units of measurement of its numbers."""
        return {bound.unit for bound in self.bounds if bound.unit}


@dataclass(frozen=True, eq=False)
class Term:
    """One term of one version for one quantity, with its clauses by grade."""

    version: str
    name: str
    #: "" for what the term is about; "ionized calcium", "dipstick", "P/C", "pediatric P/C", ...
    quantity: str
    direction: str
    grades: dict[int, list[Clause]]
    #: Where these do not hold the text says nothing, though the value is worse than all it names.
    silent: tuple[Bound, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The units of measurement that NCI prints, in the order it does."""
        bounds = (b for clauses in self.grades.values() for c in clauses for b in c.printed)
        return tuple(dict.fromkeys(bound.unit for bound in bounds if bound.unit))

    def __str__(self) -> str:
        return f"{self.version} {self.name}" + (f" ({self.quantity})" if self.quantity else "")


@dataclass(frozen=True)
class Limit:
    """A number that NCI prints, the bare "ULN" and "LLN" being 1."""

    grade: int
    sign: str
    number: Decimal
    of: str
    text: str


# from the wording to clauses ------------------------------------------------------------------

#: What makes one spelling of many, and mends the known typing errors.
SPELLINGS = [
    (r"≥|=>", ">="),
    (r"≤", "<="),
    (r"(?<=\d),(?=\d{3})", ""),
    (r"([<>]=?) +", r"\1"),
    (r"10(?:e|\^)9 ?/L", "10^9/L"),
    (r" x ([\d.]+) - 10\^9/L", r" - \1 x 10^9/L"),  # "<0.2 x 0.05 - 10e9", "<LLN x 0.8 - 10e9"
    (r"mm\(3\)", "mm3"),
    (r"(?<=\d) ?/?mm3", "/mm3"),
    (r"gm/dL|g/Dl", "g/dL"),
    (r"(?<=\d)g/L", " g/L"),
    (r"ml/min", "mL/min"),
    (r"(?<=\d) baseline", " x baseline"),
    (r"times above baseline", "x baseline"),
    (r"change from baseline", "above baseline"),
    (r">ULN and >Baseline|>Baseline and ULN", ">ULN and >1 x baseline"),
    (r"<normal", "<LLN"),
    (r">normal", ">ULN"),
    (r"^Absent$", "<=0"),
    (r"(?<=\d) \+", "+"),
    (r"(\d)\+ (?:and|to) (\d\+)", r"\1 - \2"),
    (r"proteinuria 2\+ present", ">=2+ proteinuria"),
    (r"(>ULN - )(\S+ mg/dL) \((\S+ mmol/L)\)(.*)", r"\1\2\4; \1\3\4"),
    (
        r"(Increase .+) above ULN or above baseline if baseline is above ULN",
        r"\1 above ULN if baseline is not above ULN; \1 above baseline if baseline is above ULN",
    ),
]
APART = re.compile(r"\s*;\s*|,? or (?=[<>\d]|absolute)|, (?=\d\+)")
UNIT = (
    r"(?:(?:x 10\^9/L|/mm3|mmol/L|mg/dL|g/dL|g/L|ng/mL|g/24 hrs|mL/min/1\.73 m2|mL/min|ms|s)"
    r"(?: above (?:ULN|baseline))?"
    r"|x (?:ULN|LLN|baseline)|% LLN|% decrease from baseline|\+)(?!\w)"
)
NUMBER = r"\d+(?:\.\d+)?"
RANGE = re.compile(
    rf"(?P<s1>[<>]=?)?(?P<n1>{NUMBER}|(?<=[<>=])[LU]LN)\s*(?P<u1>{UNIT})?"
    rf"(?:\s*-\s*(?P<s2>[<>]=?)?(?P<n2>{NUMBER})\s*(?P<u2>{UNIT})?)?"
)
CONDITION = re.compile(r" if ((?:baseline|on anticoag).*)$")
CONDITIONS = {
    "baseline was normal": ("<=", "baseline x ULN"),
    "baseline was normal or less than normal": ("<=", "baseline x ULN"),
    "baseline is not above ULN": ("<=", "baseline x ULN"),
    "baseline was abnormal": (">", "baseline x ULN"),
    "baseline was >ULN": (">", "baseline x ULN"),
    "baseline is above ULN": (">", "baseline x ULN"),
    "baseline is below LLN": ("<", "baseline x LLN"),
}
ABOVE_ULN = Bound(">", ONE, "x ULN")


def tidied(text: str) -> str:
    """Return a cell in the one spelling that is parsed."""
    for pattern, instead in SPELLINGS:
        text = re.sub(pattern, instead, text)
    return text.strip()


def _bound(sign: str, number: str, unit: str) -> Bound:
    if number in ("LLN", "ULN"):
        return Bound(sign, ONE, f"x {number}")
    return Bound(sign, Decimal(number), unit.replace("x 10^9", "10^9"))


def _bounds(found: re.Match[str], bare: str) -> list[Bound]:
    """Return the one or two bounds of a printed number or range; `bare` is the unit of a ratio."""
    sign, first, second = found["s1"], found["n1"], found["n2"]
    far_unit = found["u2"] or found["u1"] or bare
    unit = found["u1"] or far_unit
    if second is None:
        if sign:
            return [_bound(sign, first, unit)]
        only_that = [_bound("<=", first, unit)] if unit == "+" and first != "4" else []
        return [_bound(">=", first, unit), *only_that]
    falling = sign[0] == "<" if sign else Decimal(first) > Decimal(second)
    if falling:
        return [_bound(sign or "<=", first, unit), _bound(">=", second, far_unit)]
    return [_bound(sign or ">=", first, unit), _bound(found["s2"] or "<=", second, far_unit)]


def _condition(text: str) -> tuple[tuple[Bound, ...], Bound | None, str]:
    """Return what a condition asks of the baseline, its cap, and what else it asks."""
    if text == "on anticoagulation":
        return (), None, "anticoagulated"
    text, _, cap = text.partition(" up to ")
    sign, of = CONDITIONS[text]
    times = re.fullmatch(rf"({NUMBER}) x ULN", cap)
    assert bool(cap) == bool(times), cap
    return (Bound(sign, ONE, of),), times and Bound("<=", Decimal(times[1]), of), ""


def _symptoms(part: str) -> str:
    if re.search(r"asymptomatic|\bwithout\b", part):
        return "without"
    return "with" if re.search(r"\bsymptomatic\b|\bwith\b", part, re.IGNORECASE) else ""


def read_part(part: str) -> Clause | None:
    """Return the clause of one part of a cell, or nothing where the part has no number."""
    rest, where, cap, only = part, (), None, ""
    if condition := CONDITION.search(part):
        rest = part[: condition.start()]
        where, cap, only = _condition(condition[1])
    bare = "g/g" if re.search("P/C|protein/creatinine", part) else ""
    printed = [bound for found in RANGE.finditer(rest) for bound in _bounds(found, bare)]
    unread = RANGE.sub("", rest).strip()
    is_bare = any(not bound.of for bound in printed)
    is_read = not re.search(r"\d", unread) and (not is_bare or not unread or part[:3] == "pH ")
    assert is_read, f"not read: {unread!r} of {part!r}"
    if not printed:
        return None
    implied: list[Bound] = []
    if "if abnormal" in part:
        implied.append(Bound("<", ONE, "x LLN"))
    if printed[0].of == "% decrease from baseline" and not any(b.is_lower for b in printed):
        implied.append(Bound(">", Decimal(0), printed[0].of))
    if where == (Bound(">", ONE, "baseline x ULN"),):
        implied.append(ABOVE_ULN)
    if "fasting" in part.lower():
        only = "fasting"
    bounds = (*printed, *implied)
    return Clause(part, tuple(printed), bounds, where, cap, only, _symptoms(part))


def read_cell(text: str) -> list[tuple[str, Clause]]:
    """Return the clauses of a cell, each with the quantity it is about."""
    found: list[tuple[str, Clause]] = []
    ionized, patient = "", ""
    for part in APART.split(tidied(text)):
        if group := re.match(r"(Adult|Pediatric): ", part):
            patient = "pediatric " if group[1] == "Pediatric" else ""
        if part.lower().startswith("ionized calcium"):
            ionized = "ionized calcium"
        clause = read_part(part)
        if word := _symptoms(part):
            # "<LLN - 3.0 mmol/L; symptomatic", and a word after the last of several units.
            found = [
                (quantity, replace(earlier, symptoms=earlier.symptoms or word))
                if clause is None or (earlier.units and earlier.units != clause.units)
                else (quantity, earlier)
                for quantity, earlier in found
            ]
        if clause is not None:
            kind = "dipstick" if "+" in clause.units else "P/C" if "g/g" in clause.units else ""
            found.append((ionized or (patient + kind if kind else ""), clause))
    return found


# from clauses to terms ------------------------------------------------------------------------


def _direction(name: str, grades: dict[int, list[Clause]]) -> str:
    clauses = [clause for _, clauses in sorted(grades.items()) for clause in clauses]
    measures = {bound.of for clause in clauses for bound in clause.printed}
    if measures & {"x LLN", "% LLN"}:
        return "low"
    if "x ULN" in measures or not clauses:
        return "high" if clauses or name.startswith("Hyper") else "low"
    worst = clauses[-1].printed
    if len({bound.is_lower for bound in worst}) == 1:
        return "high" if worst[0].is_lower else "low"
    return "high" if clauses[0].printed[0].number <= worst[0].number else "low"


def _from_uln(grades: dict[int, list[Clause]]) -> dict[int, list[Clause]]:
    """An "increased" that is only "<1.0 g" or "<=0.59 mmol/L" begins at ULN, as beside it."""

    def mended(clause: Clause, beside: list[Clause]) -> Clause:
        if any(bound.is_lower for bound in clause.bounds):
            return clause
        gates = [bound for other in beside for bound in other.bounds if bound.of == "x ULN"]
        gate = gates[0] if gates else Bound(">=", ONE, "x ULN")
        return replace(clause, bounds=(gate, *clause.bounds))

    return {grade: [mended(c, clauses) for c in clauses] for grade, clauses in grades.items()}


def _closed(direction: str, grades: dict[int, list[Clause]]) -> dict[int, list[Clause]]:
    """A gap between "130" and "129", or "3.4" and ">=3.5", belongs to the milder neighbour.

    Marks of a dipstick have nothing between them.
    """
    every = [b for clauses in grades.values() for c in clauses for b in c.bounds if b.unit]
    high = direction == "high"

    def stretched(bound: Bound) -> Bound:
        if bound.unit in (None, "+") or bound.sign != ("<=" if high else ">="):
            return bound
        facing = ">=" if high else "<="
        near = [b.number for b in every if b.of == bound.of and b.sign == facing]
        beyond = [n for n in near if (n > bound.number if high else n < bound.number)]
        if not beyond or bound.number in near:
            return bound
        number = min(beyond) if high else max(beyond)
        return Bound("<" if high else ">", number, bound.of)

    return {
        grade: [replace(c, bounds=tuple(map(stretched, c.bounds))) for c in clauses]
        for grade, clauses in grades.items()
    }


def derived(term_grade: int, clause: Clause) -> bool:
    """Whether a value can show the clause: no grade 4 comes from symptoms or consequences."""
    return not (term_grade == 4 and clause.symptoms == "with")


def _silent(direction: str, grades: dict[int, list[Clause]]) -> tuple[Bound, ...]:
    by_value = {g: [c for c in clauses if derived(g, c)] for g, clauses in grades.items()}
    worst = by_value[max(g for g, clauses in by_value.items() if clauses)]
    ends = [
        [b for b in clause.bounds if b.unit and b.is_lower is (direction == "low")]
        for clause in worst
    ]
    return tuple(bound for end in ends for bound in end) if all(ends) else ()


def _term(version: str, name: str, quantity: str, grades: dict[int, list[Clause]]) -> Term:
    direction = _direction(name, grades)
    if direction == "high":
        grades = _from_uln(grades)
    grades = _closed(direction, grades)
    silent = _silent(direction, grades) if grades else ()
    return Term(version, name, quantity, direction, grades, silent)


@cache
def cells() -> dict[tuple[str, str], dict[int, str]]:
    """Return the verbatim text of each grade of each (version, term) of the three files."""
    found: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    with (FOLDER / "ctcae-3.0.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["grade"] != "5":
                found["3.0", row["term"]][int(row["grade"])] = row["description"]
    for name in ("ctcae-4.03-5.0-6.0.csv", "not-in-the-text.csv"):
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = row["ctcae_version"], row["term"]
                assert key not in found, f"{name} repeats {key}"
                found[key] = {g: t for g in range(1, 5) if (t := row[f"grade_{g}"])}
    return dict(found)


@cache
def _terms(version: str) -> tuple[Term, ...]:
    found: list[Term] = []
    for (of_version, name), texts in cells().items():
        if of_version != version or name.startswith(tuple(LEFT_OUT)):
            continue
        quantities: dict[str, dict[int, list[Clause]]] = {"": {}}
        for grade, text in sorted(texts.items()):
            for quantity, clause in read_cell(text):
                quantities.setdefault(quantity, {}).setdefault(grade, []).append(clause)
        found += [_term(version, name, q, grades) for q, grades in quantities.items()]
    return tuple(found)


def terms(version: str) -> list[Term]:
    """Return the gradable terms of a version in the order of the files, a term per quantity.

    A term without any number ("Present") is here too, with no grades.
    """
    assert version in VERSIONS, version
    return list(_terms(version))


def term(version: str, name: str, quantity: str = "") -> Term:
    """Return one term; the start of its name is enough when it is the only one."""
    found = [t for t in terms(version) if t.quantity == quantity and t.name.startswith(name)]
    exact = [t for t in found if t.name == name] or found
    assert len(exact) == 1, f"{version} {name}: {[str(t) for t in exact]}"
    return exact[0]


def printed_limits(of_term: Term) -> list[Limit]:
    """Return every number that NCI prints for a term, once per grade, its conditions included.

    A bare "ULN", "LLN" or "normal" is 1 "x ULN" or "x LLN"; "absent" is 0. A condition on the
    baseline is "baseline x ULN" or "baseline x LLN", even where it is put in words ("normal").
    """
    found: dict[Limit, None] = {}
    for grade, clauses in sorted(of_term.grades.items()):
        for clause in clauses:
            for bound in (*clause.printed, *clause.where, *([clause.cap] if clause.cap else [])):
                found[Limit(grade, bound.sign, bound.number, bound.of, clause.text)] = None
    return list(found)
