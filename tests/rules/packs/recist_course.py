"""Best response and confirmation as a plain loop over the assessments of a course."""

from __future__ import annotations

from typing import Any, NamedTuple

RANK = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]
DEFAULTS: dict[str, Any] = {
    "confirmation_days": 28,
    "confirmation_within": 9999,
    "confirmed_at": "any later visit",
    "max_ne_between": 1,
    "accept_sd_between": "no",
    "minimum_sd_days": 42,
    "sd_measured_to": "assessment",
    "cr_then_pr": "progression",
    "cr_then_early_sd": "PD",
    "pr_then_sd": "SD",
    "early_pd": "PD",
    "stop_at": "both",
}


class Visit(NamedTuple):
    """One assessment: days since the start, and the overall response."""

    day: int
    response: str
    back: bool = True  # a PR after CR that shows disease, and not a non-target that was not seen


def course_of(visits: list[Visit], how: dict[str, Any]) -> list[Visit]:
    """Return what counts: CR and then PR settled, nothing after progression."""
    found: list[Visit] = []
    for number, visit in enumerate(visits):
        response = visit.response
        after_cr = any(one.response == "CR" for one in visits[:number])
        before_pr = any(one.response == "PR" and one.back for one in visits[number + 1 :])
        if how["cr_then_pr"] == "progression" and response == "PR" and visit.back and after_cr:
            response = "PD"
        elif how["cr_then_pr"] == "PR at both" and response == "CR" and before_pr:
            response = "PR"
        found.append(Visit(visit.day, response))
        if response == "PD" and how["stop_at"] != "new therapy":
            break
    return found


def is_seen_again(course: list[Visit], number: int, how: dict[str, Any]) -> bool:
    """Tell whether the response of an assessment is confirmed later."""
    wanted = ("CR",) if course[number].response == "CR" else ("CR", "PR")
    between: list[str] = []
    for later in course[number + 1 :]:
        waited = later.day - course[number].day
        if (
            later.response in wanted
            and how["confirmation_days"] <= waited <= how["confirmation_within"]
            and between.count("NE") <= how["max_ne_between"]
            and between.count("SD") <= (how["accept_sd_between"] == "yes" and wanted != ("CR",))
            and not set(between) - {"NE", "SD", *wanted}
            and (how["confirmed_at"] == "any later visit" or not set(between) & set(wanted))
        ):
            return True
        between.append(later.response)
    return False


def best(visits: list[Visit], how: dict[str, Any]) -> tuple[str, str]:
    """Return the best overall response without and with confirmation."""
    if not visits:
        return "MISSING", "MISSING"
    course = course_of(visits, how)
    alone, confirmed = [], []
    for number, (day, response, _) in enumerate(course):
        last = course[-1].day if how["sd_measured_to"] == "progression or end" else day
        lasting = last >= how["minimum_sd_days"]
        following = [one.response for one in course[number + 1 :] if one.response != "NE"]
        then = following[0] if following else None
        if response in ("CR", "PR"):
            alone.append(response)
            if is_seen_again(course, number, how):
                confirmed.append(response)
            elif lasting:
                confirmed.append("SD")
            elif then == "SD":
                confirmed.append(how["pr_then_sd" if response == "PR" else "cr_then_early_sd"])
            else:
                confirmed.append("NE")
            continue
        if response == "PD" and how["early_pd"] == "NE" and day < how["minimum_sd_days"]:
            response = "NE"
        if response in ("SD", "NON-CR/NON-PD") and not lasting:
            response = "NE"
        alone.append(response)
        confirmed.append(response)
    return min(alone, key=RANK.index), min(confirmed, key=RANK.index)
