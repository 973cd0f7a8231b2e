"""The assessments of one reader in their order: target, non-target, new lesions, overall."""

from __future__ import annotations

from typing import Any

from .recist_by_hand import ByHand, TimePoint
from .recist_subjects import Read


def time_points(read: Read, how: dict[str, Any]) -> list[TimePoint]:
    """Return the responses at each assessment after the baseline."""
    hand = ByHand(read, how)
    if hand.baseline is None:
        return []
    base = hand.total(hand.baseline)
    whole_base = hand.is_complete(hand.baseline)
    nadir, was_free, was_new = base, False, False
    told: list[TimePoint] = []
    visits = sorted({*hand.visits, *(visit for _, visit in hand.certain)})
    for visit in (visit for visit in visits if visit > hand.baseline):
        words = [word for (_, when), word in hand.certain.items() if when == visit]
        is_new = "CERTAIN" in words
        total, complete = hand.total(visit), hand.is_complete(visit)
        usable = (whole_base and complete) or how["missing_target"] == "sum of the rest"
        target = target_response(hand, visit, total, base, nadir, usable, was_free)
        non_target = non_target_response(hand, visit, was_free)
        new = "Y" if is_new or was_new else "EQUIVOCAL" if "DOUBTFUL" in words else "N"
        overall = overall_response(target, non_target, new, how)
        told.append(
            TimePoint(
                visit,
                day_of(hand, visit, overall),
                target,
                non_target,
                new,
                overall,
                total,
                base,
                nadir,
                complete,
            )
        )
        free = (
            bool(hand.targets or hand.non_targets)
            and (not hand.targets or hand.all_gone(visit))
            and (not hand.non_targets or all_non_targets_gone(hand, visit))
            and not (is_new or was_new)
        )
        was_free, was_new = was_free or free, was_new or is_new
        if usable and total is not None:
            nadir = total if nadir is None else min(nadir, total)
    return told


def target_response(
    hand: ByHand,
    visit: int,
    total: int | None,
    base: int | None,
    nadir: int | None,
    usable: bool,
    was_free: bool,
) -> str:
    """Return the response of the targets."""
    how = hand.how
    if not hand.targets:
        return "none"
    whole = hand.is_complete(hand.baseline or 0) or how["missing_target"] == "sum of the rest"
    if base is None or not whole:
        return "NE"
    reference = nadir if how["pd_reference"] == "nadir" else base
    grown = (
        total is not None
        and reference is not None
        and total > reference
        and total - reference >= hand.mm("pd_absolute")
        and 100 * total >= (100 + how["pd_increase"]) * reference
    )
    if hand.all_gone(visit) and (how["node_regrowth"] == "normal" or not grown):
        return "CR"
    visible = hand.largest(visit, node=False) > 0 or hand.largest(visit, node=True) >= hand.mm(
        "normal_node"
    )
    if grown or (how["reappearance"] == "progression" and was_free and visible):
        return "PD"
    if not usable or total is None:
        return "NE"
    if 100 * total <= (100 - how["pr_decrease"]) * base:
        return "PR"
    return "SD"


def all_non_targets_gone(hand: ByHand, visit: int) -> bool:
    """Tell whether every non-target was looked at and is gone."""
    rows = hand.non_target_rows(visit)
    return all(one.link in rows and hand.is_gone(rows[one.link]) for one in hand.non_targets)


def non_target_response(hand: ByHand, visit: int, was_free: bool) -> str:
    """Return the response of the non-targets."""
    if not hand.non_targets:
        return "none"
    rows = hand.non_target_rows(visit)
    gone = [row for row in rows.values() if hand.is_gone(row)]
    there = [
        row
        for row in rows.values()
        if not hand.is_gone(row) and (row.size is not None or row.state is not None)
    ]
    if any(row.state == "UNEQUIVOCAL" for row in rows.values()):
        return "PD"
    following = [one for one in hand.visits if one > visit][:1]
    confirmed = any(
        row.state == "EQUIVOCAL" and later.state == "UNEQUIVOCAL" and later.link == row.link
        for row in rows.values()
        for one in following
        for later in hand.non_target_rows(one).values()
    )
    if confirmed and hand.how["equivocal"] == "first sight":
        return "PD"
    back = any(not hand.is_node(hand.lesions[row.link]) for row in there)
    if hand.how["reappearance"] == "progression" and was_free and back:
        return "PD"
    if len(gone) + len(there) < len(hand.non_targets):
        return "NE"
    return "NON-CR/NON-PD" if there else "CR"


def overall_response(target: str, non_target: str, new: str, how: dict[str, Any]) -> str:
    """Return the overall response: Tables 1 and 2 of the guideline."""
    if new == "Y" or "PD" in (target, non_target):
        return "PD"
    if target == "none":
        return "NE" if non_target == "none" else non_target
    if target == "CR":
        by = {"NON-CR/NON-PD": "PR", "NE": str(how["non_target_not_evaluated"])}
        return by.get(non_target, "CR")
    return target


def day_of(hand: ByHand, visit: int, overall: str) -> int:
    """Return the day of an assessment; progression by a new lesion has that of its scan."""
    days = [row.day for row in hand.rows.get(visit, ())]
    new_day = hand.new_day(visit)
    day = (max(days) if hand.how["visit_date"] == "last" else min(days)) if days else new_day
    assert day is not None
    return min(day, new_day) if overall == "PD" and new_day is not None else day
