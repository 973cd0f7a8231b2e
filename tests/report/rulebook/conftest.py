"""The reviewer of the tests works in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .book import Reviewer


@pytest.fixture
def reviewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reviewer:
    monkeypatch.chdir(tmp_path)
    return Reviewer()
