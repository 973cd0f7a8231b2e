"""Importing a library without what its import leaves in the environment of the process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_environment() -> Iterator[None]:
    """Give back the variables of the environment as they were before.

    pandera prepares for Spark when it is imported: it sets `SPARK_LOCAL_IP`, and
    `PYARROW_IGNORE_TIMEZONE`, with which pyarrow drops time zones in all that a notebook does next.

    >>> with kept_environment():
    ...     os.environ["ONCORULES_EXAMPLE"] = "1"
    >>> "ONCORULES_EXAMPLE" in os.environ
    False
    """
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)
