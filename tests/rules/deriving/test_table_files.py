"""Files of derived tables: a run that is ended while it ends leaves no draft."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oncorules import derive
from oncorules.rules.deriving.table_files import TableFiles

PACK = """\
id: mine
title: Mine
version: "1"
language: 1
tables:
  subject: {title: Subjects, one_row_per: [USUBJID], from: DM}
publish:
  ADSL: {from: subject}
"""


def test_a_second_interruption_leaves_the_drafts_to_the_end_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dm.csv").write_text("USUBJID\nA\n", "utf-8")
    (tmp_path / "mine.yaml").write_text(PACK, "utf-8")
    files = TableFiles(tmp_path / "out")
    derive(tmp_path / "dm.csv", [tmp_path / "mine.yaml"], files=files)
    shutdown = ThreadPoolExecutor.shutdown

    def interrupted(pool: ThreadPoolExecutor, *, cancel_futures: bool) -> None:
        shutdown(pool, cancel_futures=cancel_futures)
        raise KeyboardInterrupt

    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", interrupted)
    with pytest.raises(KeyboardInterrupt) as interruption:
        files.stop()
    assert len(list((tmp_path / "out").iterdir())) == 1
    del files, interruption
    gc.collect()
    assert not list((tmp_path / "out").iterdir())
