from typing import Any

import pytest


@pytest.mark.parametrize(
    ("kind", "cells", "formula", "shown"),
    [
        (
            "number",
            ["5.0", "100", "0.50", "-0.5", "<5", "."],
            "A",
            ["5", "100", "0.5", "-0.5", "<5", None],
        ),
        ("integer", ["5", "-1", "abc"], "A", ["5", "-1", "abc"]),
        ("boolean", ["true", "false", "Y", "."], "A", ["true", "false", "Y", None]),
        ("text", ["CR", "."], "A", ["CR", None]),
        (
            "date",
            ["2014-02", "2014-02-05T10:30", "5 FEB", "."],
            "A",
            ["2014-02", "2014-02-05T10:30", "5 FEB", None],
        ),
        (
            "date",
            ["2014-02-05T10:30", "2014-02", "2014", "2014---15"],
            "coalesce(A, A)",
            ["2014-02-05", "2014-02", "2014", "2014-01-15/2014-12-15"],
        ),
        ("number", ["1"], "0.7 * 0.7", ["0.49"]),
        ("number", ["<5", "-1"], "abs(A)", [None, "1"]),
        ("number", ["<5", "1.25"], "round_half_up(A, 1)", [None, "1.3"]),
    ],
)
def test_values_are_shown_as_people_write_them(
    bench: Any, kind: str, cells: list[str], formula: str, shown: list[str | None]
) -> None:
    bench.fill("T", {"A": kind}, [[cell] for cell in cells])
    assert [text for (text,) in bench.values("T", formula)] == shown
