"""The desk of the validation's tests, for what is written of runs."""

from __future__ import annotations

from tests.validation.conftest import desk

__all__ = ["desk"]
