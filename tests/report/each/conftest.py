"""Small exports, and a pack that looks at them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

PACK = """\
id: trial
title: A trial
version: 1.0.0
language: 1
rules:
  - id: AGE-ADULT
    title: Everybody is an adult
    kind: check
    source: ours
    applies_to: {table: DM}
    condition: AGE >= 18
"""


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """The path of a pack with one rule: everybody is an adult."""
    (tmp_path / "trial.yaml").write_text(PACK, "utf-8")
    return str(tmp_path / "trial.yaml")


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Path]:
    """Write an export of subjects with such ages."""

    def write(name: str, *ages: object) -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True)
        rows = "".join(f"S-{number},{age}\n" for number, age in enumerate(ages))
        (folder / "dm.csv").write_text(f"USUBJID,AGE\n{rows}", "utf-8")
        return folder

    return write


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
