"""A quick plan of stages: it finds a bad cohort in seconds, by the same road as a good one."""

from pathlib import Path
from shutil import copytree

import pytest

from oncorules.analysis.published.read import find_study


@pytest.fixture(scope="session")
def plan():
    pytest.importorskip("numba")
    from oncorules.calibration.prrt.plan import Plan
    from oncorules.calibration.stages import Anneal

    short = Anneal(20_000, 0.3, 0.02)
    return Plan(third=(short,), retreated=(short,) * 2, controls=(short,) * 2)


@pytest.fixture
def changed(tmp_path):
    """Copies the study with one text of one of its printed tables or sections changed."""

    def change(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "paper"
        copytree(find_study("van-der-zwan-2018"), folder)
        path = folder / "published" / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        return folder

    return change
