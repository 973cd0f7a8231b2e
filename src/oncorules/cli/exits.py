"""The exit code of a command, and the one sentence that goes with it.

```text
0    nothing at or above --fail-on
1    findings, a rule that could not run, something new between two runs, or a figure that
     agreed and no longer does
2    wrong call, broken rule or broken rule file
3    data, a run or known findings that cannot be read
4    output that could not be written
70   a fault of oncorules itself, with the trace to report
130  interrupted
```
"""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType

import typer

from oncorules.cli.escape import visible
from oncorules.errors import OncorulesError, RuleError

OK = 0
FOUND = 1
WRONG_CALL = 2
NOT_WRITTEN = 4
FAULT = 70
INTERRUPTED = 130

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


#: What typer and pydantic say, in plain words.
_PLAIN_WORDS = [
    (re.compile(pattern), words)
    for pattern, words in (
        (r"Value error, ", ""),
        (r"Input should be greater than or equal to (\d+)", r"expected \1 or more"),
        (r"Input should be a valid integer.*", "expected a whole number"),
        (r" \(Possible options: ([^,)]+)\)", r"; did you mean \1?"),
        (r" \(Possible options: ([^)]+)\)", r"; did you mean one of \1?"),
    )
]


def run_to_exit_code(command: Callable[[], int]) -> int:
    """Return the exit code of a command after saying on standard error what stopped it."""
    stop = _Stop()
    try:
        with stop:
            code = command()
            sys.stdout.flush()
            return code
    except BaseException as problem:  # the last place where a sentence can be made of it
        # A query that is interrupted comes out of the engine as an error of its own.
        return INTERRUPTED if stop.asked and _say("interrupted") else _explain(problem)


def _explain(problem: BaseException) -> int:
    match problem:
        case RuleError():
            _say(*map(str, problem.problems))
            return problem.exit_code
        case OncorulesError():
            _say(str(problem))  # one line, whatever a file name in it holds
            return problem.exit_code
        case typer.Exit():
            return problem.exit_code
        case typer.TyperException():
            _say(_wrong_call(problem))
            return WRONG_CALL
        case KeyboardInterrupt() | typer.Abort() | EOFError():
            _say("interrupted")
            return INTERRUPTED
        case BrokenPipeError():
            _close_stdout()
            return NOT_WRITTEN
        case OSError() if problem.errno in _DISK:
            _close_stdout()
            where = f"{problem.filename}: " if problem.filename else ""
            _say(f"{where}could not be written: {problem.strerror}; make room and run it again")
            return NOT_WRITTEN
        case SystemExit():
            raise problem
        case _:
            traceback.print_exception(problem)
            _say("this is a fault of oncorules, not of your data; please report the lines above")
            return FAULT


def _wrong_call(problem: typer.TyperException) -> str:
    """Return typer's own complaint as one sentence that ends with the help to read."""
    said = " ".join(problem.format_message().split()).rstrip(".")
    sentence = said.replace(". Did you", "; did you")
    for pattern, words in _PLAIN_WORDS:
        sentence = pattern.sub(words, sentence)
    context = getattr(problem, "ctx", None)
    command = context.command_path if context is not None else "oncorules"
    link = " See" if sentence.endswith("?") else "; see"
    return f"{sentence[:1].lower()}{sentence[1:]}{link} {command} --help"


def _say(*sentences: str) -> bool:
    for sentence in sentences:
        print(f"oncorules: {visible(sentence)}", file=sys.stderr)
    return True


def _close_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush stays quiet."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):  # no file behind it: nothing to flush into
        return


class _Stop:
    """Remember that a stop was asked for, whatever exception it comes out as.

    SIGTERM and SIGHUP are taken like Ctrl-C, so that temporary folders are removed.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, object] = {}

    def __enter__(self) -> _Stop:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                try:
                    self._before[number] = signal.signal(number, self._ask)
                except ValueError:  # not the main thread: the caller's handlers stay
                    return self
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt
