"""A run whose subjects and values are told, and one whose are masked."""

from __future__ import annotations

import pytest

from oncorules.report.choices import Choices
from oncorules.report.masked import Mask, mask_of


@pytest.fixture
def masked(monkeypatch):
    """Return the choice to mask the subjects of a run."""

    def choose(result, **options) -> Choices:
        monkeypatch.setenv("ONCORULES_SALT", "pepper")
        mask: Mask = mask_of(result.session)
        return Choices(mask=mask, **options)

    return choose
