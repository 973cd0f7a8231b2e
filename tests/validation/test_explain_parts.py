import pytest

from oncorules.rules.loading.model import Column, Decide
from oncorules.validation.explain_parts import line_text

LINES = Column.model_validate(
    {
        "first_true": [
            {"PD": "growth >=  20", "id": "grown"},
            {"SD": "otherwise"},
        ],
        "if_unknown": "NE",
    }
)
TABLE = Column.model_validate({"decide_by": ["a", "then"], "rows": [[["x", "y"], "1"]]})
DECIDE = Decide.model_validate(
    {"sets": ["CNSR"], "lines": [{"id": "death", "when": "DTHDT is not null", "CNSR": "0"}]}
)


@pytest.mark.parametrize(
    ("spec", "number", "said"),
    [
        (LINES, 1, "line 1 (grown), PD: growth >= 20"),
        (LINES, -1, "line 1 (grown) could not be decided, and if_unknown gives NE: "
                    "PD: growth >= 20"),
        (LINES, 2, "line 2, otherwise"),
        (LINES, 0, "no line is true"),
        (TABLE, 1, "row 1 of its table: x or y, 1"),
        (DECIDE, 1, "line 1 (death): DTHDT is not null"),
        (DECIDE, -1, "line 1 (death) could not be decided: DTHDT is not null"),
    ],
)  # fmt: skip
def test_the_line_that_decided_is_said_in_words(spec, number, said) -> None:
    assert line_text(spec, number) == said


def test_the_line_of_a_derived_table_names_the_table() -> None:
    assert line_text(LINES, 2, "visit") == "line 2 of visit, otherwise"
    assert line_text(TABLE, 1, "visit") == "row 1 of visit: x or y, 1"
    assert line_text(DECIDE, 1, "pfs") == "line 1 of pfs (death): DTHDT is not null"


def test_columns_of_a_derived_table_are_explained_by_their_lines(desk) -> None:
    from oncorules.validation.explain import explain

    more = """
    tables:
      subject:
        one_row_per: [USUBJID]
        from: DM
        columns:
          group:
            first_true:
              - old: AGE >= 80
              - other: otherwise
        decide:
          sets: [SPAN]
          lines:
            - {id: long, when: AGE > 40, SPAN: long}
            - {when: otherwise, SPAN: short}
    """
    pack = desk.pack("applies_to: {table: subject}\ncondition: group = 'old' or SPAN = 'long'",
                     more=more)  # fmt: skip
    export = desk.export(DM="USUBJID | AGE\nA | 85\nB | 30")
    told = [
        [column.line for column in one.columns]
        for row in (1, 2)
        for one in explain(export, [pack], row=f"dm.csv:{row}", jobs=1)
    ]
    assert told == [
        ["line 1 of subject (long): AGE > 40", "line 1 of subject, old: AGE >= 80"],
        ["line 2 of subject: otherwise", "line 2 of subject, otherwise"],
    ]
