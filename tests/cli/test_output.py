import csv
import io
import json
import sys

import pytest

from oncorules.cli.output import Grid, Output, plain_lines

GRID = Grid(("rule", "rows", "message"), [("LB-1", 7, "[red]x\x1b[31m"), ("AE-22", None, None)])


@pytest.fixture
def show(capsys, monkeypatch):
    """A call, made while standard output says it is a terminal; what it printed comes back."""

    def shown(call) -> str:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "60")
        monkeypatch.delenv("NO_COLOR", raising=False)
        call()
        return capsys.readouterr().out

    return shown


def test_without_a_terminal_a_table_is_straight_plain_lines() -> None:
    assert plain_lines(GRID) == [
        "rule   rows  message",
        "LB-1      7  [red]x\\x1b[31m",
        "AE-22",
    ]


def test_long_cells_are_never_cut_without_a_terminal(capsys) -> None:
    Output().grid(Grid(("message",), [("long " * 100,)]))
    assert "long " * 99 + "long" in capsys.readouterr().out


def test_on_a_terminal_a_cell_is_text_and_never_markup(show) -> None:
    shown = show(lambda: Output(no_color=True).grid(GRID))
    assert "[red]x\\x1b[31m" in shown
    assert "───" in shown
    assert "\x1b[31m" not in shown


def test_colours_are_for_words_of_ours_and_can_be_refused(show) -> None:
    grid = Grid(("status",), [("not met",)])
    assert "\x1b[31m" in show(lambda: Output().grid(grid))
    assert "\x1b[31m" not in show(lambda: Output(no_color=True).grid(grid))


def test_notes_go_to_standard_error_and_can_be_silenced(capsys) -> None:
    Output().note("lb.csv: delimiter ';'")
    Output(quiet=True).note("lb.csv: delimiter ';'")
    held = capsys.readouterr()
    assert held.out == ""
    assert held.err == "lb.csv: delimiter ';'\n"


def test_quiet_never_silences_the_answer(capsys) -> None:
    Output(quiet=True).answer(GRID)
    assert "LB-1" in capsys.readouterr().out


def test_json_keeps_numbers_and_missing_values(capsys) -> None:
    Output("json").answer(GRID)
    assert json.loads(capsys.readouterr().out) == [
        {"rule": "LB-1", "rows": 7, "message": "[red]x\x1b[31m"},
        {"rule": "AE-22", "rows": None, "message": None},
    ]


def test_csv_to_a_file_is_the_data_as_it_is(capsys) -> None:
    Output("csv").answer(GRID)
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows == [["rule", "rows", "message"], ["LB-1", "7", "[red]x\x1b[31m"], ["AE-22", "", ""]]


def test_csv_on_a_terminal_is_escaped(show) -> None:
    shown = show(lambda: Output("csv").answer(GRID))
    assert "LB-1" in shown
    assert "\x1b" not in shown


def test_a_table_without_rows_still_has_its_heading() -> None:
    assert plain_lines(Grid(("rule", "rows"), [])) == ["rule  rows"]
