"""Every exception of oncorules, and the exit code each one ends a command with.

```text
OncorulesError
├── CallError      2  the call is wrong: an unknown pack, flag, parameter or preset
├── RuleError      2  a rule file cannot be used; every problem of the file comes at once
├── DataError      3  the export, a run or known findings cannot be read
└── OutputError    4  an answer could not be written
```

A message is one sentence: what was found, where, what was expected, what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class OncorulesError(Exception):
    """Anything that oncorules refuses, with a sentence for the user."""

    exit_code = 1


class CallError(OncorulesError):
    """The call is wrong: what was asked for does not exist or has no effect."""

    exit_code = 2


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a rule file: where it stands (`file:line:column`) and what it is."""

    place: str
    message: str

    def __str__(self) -> str:
        """Return the line the user sees."""
        return f"{self.place}: {self.message}" if self.place else self.message


class RuleError(OncorulesError):
    """One or more faults of rule files; all faults of one load come together."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        """Take the problems, or one sentence when there is no place to point at."""
        listed = [Problem("", problems)] if isinstance(problems, str) else list(problems)
        self.problems = listed
        super().__init__("\n".join(str(problem) for problem in listed))


class DataError(OncorulesError):
    """A file, such as one of the export, cannot be read, or not as what it claims to be."""

    exit_code = 3


class OutputError(OncorulesError):
    """An answer could not be written; nothing half written is left behind."""

    exit_code = 4


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return `; did you mean "x"?` for the candidate nearest to a word, else an empty text.

    >>> did_you_mean("condtion", ["condition", "columns"])
    '; did you mean "condition"?'
    >>> did_you_mean("zebra", ["condition"])
    ''
    """
    by_lower = {candidate.lower(): candidate for candidate in candidates}
    near = difflib.get_close_matches(word.lower(), by_lower, n=3, cutoff=0.6)
    if not near:
        return ""
    # Two letters that changed places are the likelier slip: EXDOES is EXDOSE, not EXDOSU.
    letters = sorted(word.lower())
    best = next((one for one in near if sorted(one) == letters), near[0])
    return f'; did you mean "{by_lower[best]}"?'
