"""All of the coverage as one table and as plain data."""

import json

from oncorules.validation.coverage.coverage import COLUMNS, Coverage
from oncorules.validation.coverage.looked_at import TableLookedAt, VariableLookedAt
from oncorules.validation.coverage.rows import RowsSeen
from oncorules.validation.coverage.untested import Untested

COVERAGE = Coverage(
    [TableLookedAt("EX", "missing", None, 1, 2, 2), TableLookedAt("DM", "seen", 3, 1, 1, 0)],
    [VariableLookedAt("DM", "AGE", "missing", ("ADULT", "OLD"))],
    [Untested("DOSE", "EX", "no rows in scope", 0, "the export has no table EX")],
    [RowsSeen("DM", ("ADULT",), 2, "dm.csv", 1), RowsSeen("DM", (), 1, "dm.csv", 3)],
    {"DM": 1234},
)


def test_each_line_says_of_what_it_is_and_has_a_cell_for_each_column() -> None:
    lines = list(COVERAGE.lines())
    assert {len(line) for line in lines} == {len(COLUMNS)}
    assert lines == [
        ("table", "EX", None, "missing", None, 2, None, "2 of the rules without an answer"),
        ("table", "DM", None, "seen", 3, 1, None, None),
        ("variable", "DM", "AGE", "missing", None, 2, None, "ADULT, OLD"),
        ("rule", "EX", "DOSE", "no rows in scope", 0, None, None, "the export has no table EX"),
        ("rows", "DM", None, "seen", 2, 1, "dm.csv row 1", "ADULT"),
        ("rows", "DM", None, "seen by no rule", 1, 0, "dm.csv row 3", None),
        ("rows", "DM", None, "left out", None, None, None,
         "1,234 more sets of rules, of fewer rows each"),
    ]  # fmt: skip


def test_as_plain_data_it_keeps_rules_as_lists() -> None:
    told = json.loads(json.dumps(COVERAGE.as_json()))
    assert told["variables"][0]["rules"] == ["ADULT", "OLD"]
    assert told["rows"][1] == {"table": "DM", "rules": [], "rows": 1, "file": "dm.csv", "row": 3}
