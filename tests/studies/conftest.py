"""What the hand-made export of van-der-zwan-2018 gives, derived once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive

from .prrt_export import STUDY, subjects, write_export
from .prrt_more import more_subjects

Key = str | tuple[str, ...]
Prrt = Callable[..., dict[Key, dict[str, Any]]]


@pytest.fixture(scope="session")
def prrt(tmp_path_factory: pytest.TempPathFactory) -> Prrt:
    """A function from a table's name, and settings, to its rows by subject and course.

    `prrt("ADSL")["01"]`, `prrt("ADPRRT")["01", "R-PRRT"]`; no value is None, a day is a text.
    """
    folder = write_export(tmp_path_factory.mktemp("prrt") / "export", subjects() + more_subjects())
    known: dict[str, dict[str, list[dict[str, Any]]]] = {}

    def rows(table: str, **settings: Any) -> dict[Key, dict[str, Any]]:
        run = repr(settings)
        if run not in known:
            with derive(str(folder), study="van-der-zwan-2018", settings=settings) as result:
                known[run] = {one.name: result.table(one.name).to_pylist() for one in result.tables}
        found: dict[Key, dict[str, Any]] = {}
        for row in known[run][table]:
            name = row["USUBJID"].removeprefix(f"{STUDY}-")
            key = (name, *(row[part] for part in ("EPOCH", "PARAMCD") if part in row))
            found[key if len(key) > 1 else name] = row
        return found

    return rows
