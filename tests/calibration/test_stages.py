"""Stages run once each, are told, and are taken up again where they were kept."""

import numpy as np
import pytest

from oncorules.calibration.kept_stages import KeptStages
from oncorules.calibration.stages import Stages


class Search:
    """Counts up in each stage, and gives up before one of them."""

    def __init__(self, fails_at=None):
        self.cells = np.zeros(3, np.int64)
        self.run, self.fails_at = [], fails_at

    def solve(self, stages):
        for number in (1, 2, 3):
            stages.run(
                f"stage {number}",
                {"cells": self.cells},
                lambda number=number: self.stage(number),
                lambda: f"{self.cells.sum()} found",
            )

    def stage(self, number):
        if number == self.fails_at:
            raise KeyboardInterrupt
        self.run.append(number)
        self.cells += number


def test_every_stage_is_told_with_what_it_reached():
    told = []
    Search().solve(Stages(3, lambda *words: told.append(words)))
    assert told == [("3 found", 1, 3), ("9 found", 2, 3), ("18 found", 3, 3)]


def test_stages_that_are_not_needed_count_as_done():
    told = []
    stages = Stages(5, lambda *words: told.append(words))
    stages.skip(2)
    Search().solve(stages)
    assert [done for _, done, _ in told] == [3, 4, 5]


def test_what_stops_a_stage_stops_the_search_and_later_runs_go_on_from_there(tmp_path):
    stopped = Search(fails_at=3)
    with pytest.raises(KeyboardInterrupt):
        stopped.solve(Stages(3, kept=KeptStages(tmp_path / "kept.npz", "a")))
    assert stopped.run == [1, 2]
    told = []
    later = Search()
    later.solve(
        Stages(3, lambda *words: told.append(words), KeptStages(tmp_path / "kept.npz", "a"))
    )
    assert later.run == [3]
    assert later.cells.tolist() == [6, 6, 6]
    assert [words[0] for words in told] == ["3 found", "9 found", "18 found"]
