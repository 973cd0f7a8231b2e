"""Which defects are asked for: a file that names kinds, or a share of all rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from oncorules.errors import CallError, Problem, RuleError, did_you_mean
from oncorules.generators.defects.catalogue import KINDS
from oncorules.rules.loading.yaml_text import read_yaml

_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")
_EXPECTED = "expected a whole number from 1 on, or a share of the rows such as 0.5%"


@dataclass(frozen=True)
class Asked:
    """How many defects of a kind are asked for.

    Attributes:
        kind: its name.
        count: how many; missing when a share is asked for.
        share: of the rows of its table, 0 to 1.
        place: `file:line:column` of the number.
    """

    kind: str
    count: int | None
    share: Decimal | None
    place: str

    def number(self, rows: int) -> int:
        """Return how many that are in a table; a share is at least one."""
        if self.count is not None:
            return self.count
        return max(1, int(rows * (self.share or 0) + Decimal("0.5")))


@dataclass(frozen=True)
class Plan:
    """What is asked for: kinds with numbers, or a share of all rows spread over all kinds."""

    asked: tuple[Asked, ...] = ()
    share: Decimal | None = None

    def numbers(self, rows: dict[str, int]) -> dict[str, int]:
        """Return how many defects of each kind are asked for.

        Args:
            rows: how many each table has.

        Raises:
            RuleError: more defects of a kind are asked for than its table has rows.
        """
        if self.share is not None:
            whole = int(sum(rows.values()) * self.share + Decimal("0.5"))
            each, left = divmod(whole, len(KINDS))
            return {name: max(1, each + (place < left)) for place, name in enumerate(KINDS)}
        numbers, problems = {}, []
        for one in self.asked:
            table = KINDS[one.kind].table
            has = rows.get(table, 0)
            numbers[one.kind] = one.number(has)
            if one.count is not None and 0 < has < one.count:
                said = f"{one.count:,} defects {one.kind} are more than the {has:,} rows of {table}"
                problems.append(Problem(one.place, f"{said}; ask for fewer"))
        if problems:
            raise RuleError(problems)
        return numbers


def read_plan(text: str) -> Plan:
    """Return a plan.

    Args:
        text: a share such as `0.5%`, or the path of a file with a line `kind: number` or
            `kind: share` per kind.

    Raises:
        CallError: it is neither a share up to 100% nor a file.
        RuleError: every fault of the file, with its line.
    """
    share, fault = _share(text)
    if share is not None:
        return Plan(share=share)
    path = Path(text)
    if fault or not path.is_file():
        reason = fault or "is no file and no share"
        raise CallError(f"--defects {text}: {reason}; expected a plan.yaml or a share such as 0.5%")
    document = read_yaml(path, path.name)
    if not isinstance(document.data, dict) or not document.data:
        raise RuleError([Problem(f"{path.name}:1:1", "expected a line `kind: number` per kind")])
    asked, problems = [], []
    for name, value in document.data.items():
        if name not in KINDS:
            near = did_you_mean(name, KINDS) or f"; there are {', '.join(KINDS)}"
            there = document.place_key((name,))
            problems.append(Problem(there, f'there is no kind of defect "{name}"{near}'))
            continue
        place = document.place((name,))
        number, share, fault = _number(value)
        if fault:
            problems.append(Problem(place, f"{name}: {fault}"))
        asked.append(Asked(name, number, share, place))
    if problems:
        raise RuleError(problems)
    return Plan(tuple(asked))


def _number(value: object) -> tuple[int | None, Decimal | None, str]:
    """Return the count or the share that a value is, and what is wrong with it."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value, None, ""
    share, fault = _share(value) if isinstance(value, str) else (None, "")
    return None, share, "" if share is not None else fault or f"{value} defects; {_EXPECTED}"


def _share(text: str) -> tuple[Decimal | None, str]:
    match = _SHARE.fullmatch(text.strip())
    if match is None:
        return None, ""
    share = Decimal(match[1]) / 100
    if not 0 < share <= 1:
        return None, f"{text} of the rows cannot be had; give more than 0% and at most 100%"
    return share, ""
