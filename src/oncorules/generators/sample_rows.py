"""The rows of a course's blood samples and markers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from oncorules.generators.laboratory import MARKERS, TESTS, Test, draw_values, usual_value
from oncorules.generators.latent import Course

if TYPE_CHECKING:
    from oncorules.generators.story import Story


def tell_samples(story: Story, course: Course, cycles: list[int], following: int | None) -> None:
    """Add the samples of a course; their worst grades are those that were assigned."""
    start = story.first + timedelta(days=course.start)
    for test in TESTS.values():
        _tell_sample(story, test, usual_value(test, story.samples), start, course.epoch, "BASELINE")
    for name, level in course.markers.items():
        _tell_sample(story, MARKERS[name], float(level), start, course.epoch, "BASELINE")
    clearance = float(story.samples.integers(65, 125))
    _tell_sample(story, MARKERS["CREATCLR"], clearance, start, course.epoch, "BASELINE")
    until = min(story.subject.ends, following if following is not None else story.subject.ends)
    days = [day + int(story.samples.integers(28, 43)) for day in cycles]
    days += [cycles[-1] + 91 * k + int(story.samples.integers(-7, 8)) for k in (1, 2, 4, 6, 8)]
    days = sorted({day for day in days if day < until - 1}) or [
        course.start + max(1, (until - course.start) // 2)
    ]
    for name, test in TESTS.items():
        for day, value in draw_values(test, course.grades[name], days, story.samples):
            on = story.first + timedelta(days=day)
            _tell_sample(story, test, value, on, course.epoch, "FOLLOW-UP")


def _tell_sample(story: Story, test: Test, value: float, on: date, epoch: str, visit: str) -> None:
    text = f"{value:.{test.decimals}f}"
    side = "NORMAL"
    if test.high is not None and value > test.high:
        side = "HIGH"
    elif test.low is not None and value < test.low:
        side = "LOW"
    story.row(
        "LB",
        LBTESTCD=test.code,
        LBTEST=test.name,
        LBCAT=test.category,
        LBORRES=text,
        LBORRESU=test.unit,
        LBORNRLO=_plain(test.low),
        LBORNRHI=_plain(test.high),
        LBSTRESC=text,
        LBSTRESN=value,
        LBSTRESU=test.unit,
        LBSTNRLO=test.low,
        LBSTNRHI=test.high,
        LBNRIND=side,
        LBSPEC="BLOOD",
        VISIT=f"{epoch} {visit}",
        EPOCH=epoch,
        LBDTC=on,
    )


def _plain(limit: float | None) -> str | None:
    return None if limit is None else f"{limit:g}"
