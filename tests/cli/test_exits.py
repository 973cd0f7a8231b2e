import errno
import os
import signal
import subprocess
import sys

import pytest
import typer

from oncorules.cli.exits import run_to_exit_code
from oncorules.cli.main import main
from oncorules.errors import CallError, DataError, OncorulesError, OutputError, Problem, RuleError


def raising(problem: BaseException):
    def command() -> int:
        raise problem

    return command


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (CallError("no such pack"), 2),
        (RuleError("no such column"), 2),
        (DataError("no such file"), 3),
        (OutputError("no room"), 4),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(errno.EPIPE, "broken pipe"), 4),
        (OSError(errno.ENOSPC, "No space left on device", "out/findings.csv"), 4),
        (typer.Exit(0), 0),
        (typer.BadParameter("not a number"), 2),
        (ZeroDivisionError("division by zero"), 70),
    ],
)
def test_each_problem_ends_with_its_own_exit_code(problem, code, capsys) -> None:
    assert run_to_exit_code(raising(problem)) == code
    assert capsys.readouterr().out == ""


def test_the_code_that_a_verb_returns_is_the_exit_code() -> None:
    assert run_to_exit_code(lambda: 1) == 1


def test_a_refusal_is_one_sentence_without_a_trace(capsys) -> None:
    run_to_exit_code(raising(DataError("lb.xpt: the file ends early")))
    assert capsys.readouterr().err == "oncorules: lb.xpt: the file ends early\n"


def test_all_problems_of_a_rule_file_are_said_together(capsys) -> None:
    problems = [Problem("a.yaml:1:2", "unknown key"), Problem("a.yaml:3:4", "wrong unit")]
    run_to_exit_code(raising(RuleError(problems)))
    assert capsys.readouterr().err.splitlines() == [
        "oncorules: a.yaml:1:2: unknown key",
        "oncorules: a.yaml:3:4: wrong unit",
    ]


def test_control_characters_of_a_file_name_do_not_reach_the_terminal(capsys) -> None:
    run_to_exit_code(raising(DataError("\x1b[2Jlb.xpt: not found")))
    assert capsys.readouterr().err == "oncorules: \\x1b[2Jlb.xpt: not found\n"


def test_a_full_disk_is_told_with_its_place_and_remedy(capsys) -> None:
    run_to_exit_code(raising(OSError(errno.ENOSPC, "No space left on device", "out/f.csv")))
    told = capsys.readouterr().err
    assert told == (
        "oncorules: out/f.csv: could not be written: No space left on device; "
        "make room and run it again\n"
    )


def test_a_fault_of_our_own_shows_its_trace(capsys) -> None:
    run_to_exit_code(raising(ZeroDivisionError("division by zero")))
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.endswith("please report the lines above\n")


def test_a_query_that_the_engine_ends_on_ctrl_c_counts_as_interrupted(capsys) -> None:
    def command() -> int:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None  # what the engine makes of it
        return 0

    assert run_to_exit_code(command) == 130
    assert capsys.readouterr().err == "oncorules: interrupted\n"


def test_being_told_to_end_is_taken_like_ctrl_c_so_that_folders_are_removed() -> None:
    cleaned = []

    def command() -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            cleaned.append("temporary folder")
        return 0

    assert run_to_exit_code(command) == 130
    assert cleaned == ["temporary folder"]


def test_the_callers_signal_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    run_to_exit_code(lambda: 0)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_reader_that_goes_away_leaves_no_word_on_standard_error() -> None:
    code = (
        "from oncorules.cli.exits import run_to_exit_code\n"
        "import sys\n"
        "def write():\n"
        "    for number in range(100_000): print(number)\n"
        "    return 0\n"
        "sys.exit(run_to_exit_code(write))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 4


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["validat"], "no such command 'validat'; did you mean 'validate'?"),
        (["validate"], "missing argument 'EXPORT'"),
        (["validate", "x", "--oops"], "no such option: --oops"),
        (["validate", "x", "--format", "xml"], "invalid value for '--format'"),
        (["validate", "x", "--jobs", "0"], "invalid value for '--jobs'"),
        (["rules"], "missing command"),
    ],
)
def test_a_wrong_call_is_one_line_that_names_the_help(words, sentence, capsys) -> None:
    assert main(words) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"oncorules: {sentence}"), told
    assert told.count("\n") == 1
    assert "ee oncorules" in told
    assert "--help" in told


def test_every_refusal_of_ours_ends_with_one_of_the_documented_codes() -> None:
    def all_below(kind: type) -> set[type]:
        return {kind}.union(*(all_below(below) for below in kind.__subclasses__()))

    assert {kind.exit_code for kind in all_below(OncorulesError)} <= {1, 2, 3, 4}
