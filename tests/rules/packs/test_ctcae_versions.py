"""What changes between two versions is what their reference lists, term by term and grade by grade.

A range that ends where the next grade begins is one limit: that grade 3 of thrombocytopenia reaches
down to 10 in 6.0 is the limit of grade 4. The words that a version adds to a range (symptomatic,
hospitalization indicated) are no limits.
"""

from __future__ import annotations

import pytest

from oncorules.rules.catalogue.differences import PackDifference, compare_packs
from oncorules.rules.loading.loader import load_pack

# Terms that came and went.
CAME_AND_WENT = {
    ("3.0", "4.03"): (
        {"Hemoglobin increased", "Leukocytosis", "Lymphocyte count increased"},
        {"Bicarbonate, serum-low", "Cardiac troponin T (cTnT)"},
    ),
    ("4.03", "5.0"): (
        {
            "Eosinophilia",
            "Methemoglobinemia",
            "Blood lactate dehydrogenase increased",
            "Blood bicarbonate decreased",
        },
        {"Hyperglycemia", "Hypophosphatemia"},  # no numbers any more
    ),
    ("5.0", "6.0"): (
        {
            "Creatinine clearance decreased",
            "HDL decreased",
            "LDL increased",
            "Vitamin D decreased",
            "Hyperglycemia",
            "protein-per-creatinine",
        },
        {"Lymphocyte count decreased", "CPK increased"},
    ),
}
# Grades of the terms that stayed, under the name of the older version.
CHANGED = {
    ("3.0", "4.03"): {
        "Hemoglobin": "4",  # no grade 4 by a value
        "Haptoglobin": "3",  # absent
        "INR (International Normalized Ratio of prothrombin time)": "1 2 3",
        "PTT (Partial Thromboplastin Time)": "3",
        "Creatinine": "1 2 3",  # also by the baseline
        "Glomerular filtration rate": "1 2 3 4",
        "Proteinuria": "0 1 2 3",
        "ALT, SGPT (serum glutamic pyruvic transaminase)": "2",
        "AST, SGOT(serum glutamic oxaloacetic transaminase)": "2",
        "Glucose, serum-high (hyperglycemia)": "1 2",  # fasting
        "Triglyceride, serum-high (hypertriglyceridemia)": "1 2 3 4",
        "Potassium, serum-low (hypokalemia)": "1|1 or 2",
        "Calcium, serum-low (hypocalcemia)": "1 2 3 4",  # corrected
        "Calcium, serum-high (hypercalcemia)": "1 2 3 4",
        "Prolonged QTc interval": "1 2 3",
    },
    ("4.03", "5.0"): {
        "Hemoglobin increased": "0 1 2 3",  # above ULN only
        "Fibrinogen decreased": "1 2 3 4",  # if abnormal
        "INR increased": "1 2 3",  # absolute
        "Creatinine increased": "1",
        "Proteinuria": "0 2 3",
        "Hyperuricemia": "4",
        "Alanine aminotransferase increased": "0 1 2 3 4",  # abnormal baseline
        "Aspartate aminotransferase increased": "0 1 2 3 4",
        "Alkaline phosphatase increased": "0 1 2 3 4",
        "GGT increased": "0 1 2 3 4",
        "Blood bilirubin increased": "0 1 2 3 4",
        "Serum amylase increased": "2 or 3|3|4",
        "Lipase increased": "2 or 3|3|4",
        "Hyponatremia": "2 or 3|3",
        "Electrocardiogram QT corrected interval prolonged": "3",
    },
    ("5.0", "6.0"): {
        "Neutrophil count decreased": "1 2 3 4",
        "Platelet count decreased": "4",
        "Creatinine increased": "2 3",
        "Chronic kidney disease": "2 3",  # half-open
        "Alanine aminotransferase increased": "0 1 2 3 4",
        "Aspartate aminotransferase increased": "0 1 2 3 4",
        "Alkaline phosphatase increased": "0 1 2 3 4",
        "GGT increased": "1 2 3 4",
        "Blood bilirubin increased": "1 3",
        "Lipase increased": "2 or 3",
        "Hyponatremia": "2 or 3|3",  # the gaps are closed
    },
}
NO_LIMITS = {"clinical", "unit", "test", "normal_when"}


def difference(before: str, after: str) -> PackDifference:
    return compare_packs(
        *(load_pack(f"ctcae-{version}", examples=False) for version in (before, after))
    )


def name_of(text: str) -> str:
    return text.partition(".")[2]


@pytest.mark.parametrize(("before", "after"), CAME_AND_WENT)
def test_the_terms_that_came_and_went_are_those_of_the_reference(before: str, after: str) -> None:
    terms = difference(before, after).terms
    came = {name_of(one.name) for one in terms if one.before is None}
    went = {name_of(one.name) for one in terms if one.after is None}
    assert (came, went) == CAME_AND_WENT[before, after]


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_the_grades_that_changed_are_those_of_the_reference(before: str, after: str) -> None:
    found: dict[str, set[str]] = {}
    for one in difference(before, after).limits:
        if one.part not in NO_LIMITS:
            found.setdefault(name_of(one.name), set()).add(one.part)
    wanted = {
        name: set(parts.split("|") if "|" in parts else [parts] if "or" in parts else parts.split())
        for name, parts in CHANGED[before, after].items()
    }
    assert found == wanted


def test_two_terms_have_another_name_in_6() -> None:
    renamed = [
        (one.before, one.after)
        for one in difference("5.0", "6.0").terms
        if one.before is not None and one.after is not None
    ]
    assert renamed == [
        ("toxicity.Platelet count decreased", "toxicity.Thrombocytopenia"),
        ("toxicity.Proteinuria", "toxicity.Urinary protein increased"),
    ]


def test_nothing_but_terms_and_choices_differs_between_versions() -> None:
    for before, after in CHANGED:
        assert difference(before, after).parts == ()
