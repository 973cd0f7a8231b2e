"""The twin, and one sampled cohort, on the product's own road."""

from typing import NamedTuple

import numpy as np
import pytest

from oncorules.analysis.agreement.run_study import StudyRun, run_study
from oncorules.calibration.ledger.cohorts import draw_cohorts
from oncorules.calibration.ledger.ledger import model_of
from oncorules.data.write import write_table
from oncorules.generators.blocks import sampler
from oncorules.generators.cohort import Cohort
from oncorules.generators.design import find_designed
from oncorules.generators.generate import generate
from oncorules.generators.sdtm_table import plain
from oncorules.generators.tell import tell

STUDY, SEED = "van-der-zwan-2018", 29


class Ran(NamedTuple):
    """A cohort as it was assigned, its export, and what comes out of that."""

    cohort: Cohort
    export: str
    run: StudyRun


@pytest.fixture(scope="session")
def model():
    return model_of(STUDY)


@pytest.fixture(scope="session")
def twin(tmp_path_factory, model):
    folder = tmp_path_factory.mktemp("twin") / "export"
    generate(STUDY, folder, mode="twin")
    return Ran(model.solved, str(folder), run_study(STUDY, str(folder)))


@pytest.fixture(scope="session")
def sampled(tmp_path_factory, model):
    """A cohort of a seed that no stored interval comes from."""
    folder = tmp_path_factory.mktemp("sampled")
    ((cohort, _),) = draw_cohorts(model, 1, SEED)
    draws = sampler(find_designed(STUDY), SEED)
    numbers = 1 + np.arange(len(cohort))
    for name, rows in tell(cohort, draws.design, draws.people, numbers, 4, SEED, 0):
        if rows.num_rows:
            file = folder / f"{name.lower()}.parquet"
            write_table(plain(rows), file, "parquet", name=name, label="")
    return Ran(cohort, str(folder), run_study(STUDY, str(folder)))
