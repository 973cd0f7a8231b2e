"""Figures as test cases: one that is allowed to differ is skipped, with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oncorules.analysis.agreement.expect import Expected
from oncorules.report.ci.junit import Case


def agreement_cases(study: str, tests: Sequence[Expected]) -> Iterator[Case]:
    """Go through the figures of a study as test cases.

    JUnit has no expected failure; such a figure is skipped.

    Args:
        study: the id of the study.
        tests: the figures as tests.
    """
    for one in tests:
        place = None
        if one.agreement is not None:
            file, _, line = one.agreement.figure.place.line.rpartition(":")
            place = (file, line)
        if one.does == "fail":
            text = "\n".join(one.lines)
            yield Case(study, one.id, "failure", one.reason, "drift", text, place)
        elif one.does == "pass":
            yield Case(study, one.id, place=place)
        else:
            yield Case(study, one.id, "skipped", one.reason, one.does, place=place)
