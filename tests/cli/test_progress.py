from oncorules.cli.output import Output
from oncorules.cli.progress import showing_progress


def test_without_a_terminal_each_step_is_one_plain_line(capsys) -> None:
    with showing_progress(Output()) as progress:
        assert progress is not None
        progress("LB\x1b[31m", 1, 3)
    held = capsys.readouterr()
    assert held.out == ""
    assert held.err == "[1/3] LB\\x1b[31m\n"


def test_quiet_means_no_progress(capsys) -> None:
    with showing_progress(Output(quiet=True)) as progress:
        assert progress is None
    assert capsys.readouterr().err == ""


def test_on_a_terminal_a_bar_is_drawn_and_names_are_not_markup(capsys, monkeypatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with showing_progress(Output(no_color=True)) as progress:
        assert progress is not None
        progress("[bold]LB[/bold]", 1, 3)
    assert "[bold]LB[/bold]" in capsys.readouterr().err
