"""A small trial on disk, and the command line run on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from oncorules.cli.main import main

PACK = """\
id: trial
title: A trial
version: 1.0.0
language: 1
tables:
  subject:
    title: One subject
    one_row_per: [USUBJID]
    from: DM
    columns:
      AGE6:
        value: AGE * 6.5
publish:
  ADSL: {from: subject, columns: [USUBJID, AGE6]}
rules:
  - id: AGE-ADULT
    title: Everybody is an adult
    kind: check
    severity: warning
    source: ours
    applies_to: {table: DM}
    parameters:
      adult: {value: 18, unit: year, source: ours}
    condition: AGE >= adult
    message: Age {AGE}.
  - id: EX-SUBJECT
    title: Every treated subject is known
    kind: check
    source: ours
    applies_to: {table: EX}
    lookups:
      subject: {from: DM, take: only}
    condition: subject.USUBJID is not null
"""


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """A folder with an export and a pack for it."""
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "dm.csv").write_text("USUBJID,AGE\nA,70\nB,17\nC,\n", "utf-8")
    (tmp_path / "trial.yaml").write_text(PACK, "utf-8")
    return tmp_path


@pytest.fixture
def run(trial: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Callable[..., Ran]:
    """Run one command line inside the folder of the trial."""
    monkeypatch.chdir(trial)

    def run(*words: str) -> Ran:
        code = main(words)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run
