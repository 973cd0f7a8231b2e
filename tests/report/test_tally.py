"""What is counted while findings go by."""

from __future__ import annotations

from oncorules.report.tally import Tally


def counted() -> Tally:
    tally = Tally()
    tally.found.update(
        {("001", "A", "error"): 2, ("002", "B", "warning"): 1, ("", "X", "error"): 1,
         ("", "", "notice"): 3}
    )  # fmt: skip
    return tally


def test_subjects_of_one_site_stand_together_with_their_findings_by_severity():
    assert counted().by_subject() == [
        ["(no subject)", "", 3, 0, 0, 3], ["X", "", 1, 1, 0, 0],
        ["A", "001", 2, 2, 0, 0], ["B", "002", 1, 0, 1, 0],
    ]  # fmt: skip


def test_sites_without_findings_are_told_too():
    assert counted().by_site({"A": "001", "B": "002", "C": "002", "D": "003"}) == [
        ["(not known)", None, 1, 4, 1, 0, 3], ["001", 1, 1, 2, 2, 0, 0],
        ["002", 2, 1, 1, 0, 1, 0], ["003", 1, 0, 0, 0, 0, 0],
    ]  # fmt: skip
