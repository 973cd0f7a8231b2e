"""great-expectations itself: where it is there, silent, and without a word to anybody outside."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from oncorules.errors import CallError
from oncorules.validation.kept_environment import kept_environment

_NEEDED = {
    "great_expectations": "great-expectations",
    "duckdb_engine": "duckdb-engine",
    "sqlalchemy": "SQLAlchemy",
}


@contextmanager
def great_expectations() -> Iterator[Any]:
    """Yield the library; its warnings, log lines and variables of the environment stay inside.

    Raises:
        CallError: `great-expectations is not installed; pip install 'oncorules[gx]'`.
    """
    with kept_environment(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        logger = logging.getLogger("great_expectations")
        level = logger.level
        logger.setLevel(logging.CRITICAL)
        try:
            yield _imported()
        finally:
            logger.setLevel(level)


def _imported() -> Any:
    try:
        import duckdb_engine  # noqa: F401
        import great_expectations as gx
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name not in _NEEDED:
            raise
        raise CallError(f"{_NEEDED[name]} is not installed; pip install 'oncorules[gx]'") from None
    return gx
