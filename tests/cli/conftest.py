"""A small trial on disk, and the command line run on it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
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
HEADER = "id: trial\ntitle: A trial\nversion: 1.0.0\nlanguage: 1\n"
DM = """\
STUDYID,DOMAIN,USUBJID,SUBJID,RFSTDTC,SITEID,SEX,ARMCD,ARM,COUNTRY
S,DM,S-1,1,2020-01-01,1,F,A,A,USA
"""
EX = """\
STUDYID,DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC,EXENDTC
S,EX,S-1,1,X,10,2020-01-01,2020-01-02
"""
RULE = {
    "id": "DOSE",
    "title": "A dose is more than nothing",
    "kind": "check",
    "severity": "error",
    "source": "ours",
    "applies_to": "{table: EX}",
    "condition": "EXDOSE > 0",
    "message": "Dose {EXDOSE}.",
}


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


class Desk:
    """A folder in which commands are called, as a user would."""

    def __init__(self, folder: Path, temporary: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.temporary, self.capsys = folder, temporary, capsys

    def export(self, tables: Mapping[str, str | bytes] | None = None, name: str = "export") -> str:
        """Write files, by default a small export without a fault, and return the folder."""
        folder = self.folder / name
        folder.mkdir()
        for file, text in ({"dm.csv": DM, "ex.csv": EX} if tables is None else tables).items():
            (folder / file).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def pack(self, text: str, name: str = "trial.yaml", header: str = HEADER) -> str:
        """Write a pack of one file; the text begins in line 5."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(header + text, encoding="utf-8")
        return name

    def rule(self, name: str = "trial.yaml", header: str = HEADER, **keys: str) -> str:
        """Write a pack of one rule: `rules:` is line 5, the id line 6, and so on."""
        lines = [f"{key}: {value}" for key, value in {**RULE, **keys}.items()]
        return self.pack("rules:\n  - " + "\n    ".join(lines) + "\n", name, header)

    def call(self, *words: str) -> Ran:
        """Call `oncorules WORDS`; no command may leave a temporary file."""
        self.capsys.readouterr()
        code = main(list(words))
        held = self.capsys.readouterr()
        assert "Traceback" not in held.err, held.err
        assert list(self.temporary.iterdir()) == []
        return Ran(code, held.out, held.err)

    def refuse(self, code: int, *words: str) -> str:
        """Return the one sentence of a command that must be refused, and leave no file."""
        before = sorted(self.folder.rglob("*"))
        answer = self.call(*words)
        said = [line for line in answer.err.splitlines() if not line.startswith("[")]
        assert answer.out == ""
        assert [line[:11] for line in said] == ["oncorules: "], answer
        assert answer.code == code, answer
        assert sorted(self.folder.rglob("*")) == before
        return said[0].removeprefix("oncorules: ")


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A desk whose folder is the current one."""
    folder, temporary = tmp_path / "desk", tmp_path / "temporary"
    folder.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(sys, "warnoptions", ["error"])  # else the command silences warnings
    return Desk(folder, temporary, capsys)
