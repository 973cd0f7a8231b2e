"""The two real data sets that come with lifelines, as plain columns."""

from __future__ import annotations

from functools import cache


@cache
def leukaemia() -> dict[str, tuple[list[float], list[int]]]:
    """Weeks in remission of Freireich's trial, by arm: 42 patients."""
    from lifelines.datasets import load_leukemia

    rows = load_leukemia()
    return {
        name: (rows[rows.Rx == arm].t.tolist(), rows[rows.Rx == arm].status.tolist())
        for name, arm in (("6-MP", 0), ("placebo", 1))
    }


@cache
def lung() -> dict[str, tuple[list[float], list[int]]]:
    """Days of survival of the NCCTG lung study, by sex: 228 patients."""
    from lifelines.datasets import load_lung

    rows = load_lung()
    return {
        name: (rows[rows.sex == sex].time.tolist(), rows[rows.sex == sex].status.tolist())
        for name, sex in (("men", 1), ("women", 2))
    }


def pooled(groups: dict[str, tuple[list[float], list[int]]]) -> tuple[list[float], list[int]]:
    """All groups as one."""
    times = [time for group in groups.values() for time in group[0]]
    return times, [event for group in groups.values() for event in group[1]]
