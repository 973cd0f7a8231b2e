"""What must hold of responses, whatever the lesions: random subjects and a change of each."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oncorules.rules.deriving.derive import derive

from .recist_subjects import Lesion, Read, Reading, Subject, random_subject, write_export

SUBJECTS = 1500
WORSE = ["CR", "PR", "SD", "NON-CR/NON-PD", "NE", "PD"]
Responses = dict[tuple[str, str, float | None], dict[str, str]]


@pytest.fixture(scope="module")
def subjects() -> dict[str, Subject]:
    picked = random.Random(228247)
    return {f"S{number:04}": random_subject(picked) for number in range(SUBJECTS)}


def responses(
    folder: Path, subjects: dict[str, Subject], settings: dict[str, Any] | None = None
) -> Responses:
    """Return the answers by subject, reader and visit; best responses have no visit."""
    folder.mkdir()
    write_export(folder, subjects)
    return read(folder, settings)


def read(folder: Path, settings: dict[str, Any] | None = None) -> Responses:
    found: Responses = {}
    with derive(folder, ["recist-1.1"], settings=settings) as result:
        for row in result.table("ADRS").to_pylist():
            key = row["USUBJID"], row["RSEVALID"] or row["RSEVAL"], row["VISITNUM"]
            found.setdefault(key, {})[row["PARAMCD"]] = row["AVALC"]
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, subjects: dict[str, Subject]) -> Responses:
    return responses(tmp_path_factory.mktemp("properties") / "export", subjects)


def changed(subjects: dict[str, Subject], change: Any) -> dict[str, Subject]:
    """Return the subjects with each read changed."""
    return {
        name: Subject({who: change(one) for who, one in subject.reads.items()}, subject.therapy)
        for name, subject in subjects.items()
    }


def test_the_order_of_rows_and_lesions_does_not_matter(
    tmp_path: Path, subjects: dict[str, Subject], found: Responses
) -> None:
    (tmp_path / "export").mkdir()
    write_export(tmp_path / "export", subjects)
    for table in ("tu", "tr", "ex", "cm"):
        path = tmp_path / "export" / f"{table}.csv"
        head, *rows = path.read_text("utf-8").splitlines()
        random.Random(5).shuffle(rows)
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    assert read(tmp_path / "export") == found


def exchange(read: Read) -> Read:
    """Give the lesions of each kind the names of one another."""
    names: dict[str, str] = {}
    for kind in ("TARGET", "NON-TARGET", "NEW"):
        links = [one.link for one in read.lesions if one.kind == kind]
        names |= dict(zip(links, reversed(links), strict=True))

    def renamed(link: str) -> str:
        if "/" in link:  # one that merged is called after the first, whose kind of axis counts
            return "/".join(names[part] for part in link.split("/"))
        whole, dot, part = link.partition(".")
        return names[whole] + dot + part

    return Read(
        [replace(one, link=names[one.link]) for one in read.lesions],
        [replace(row, link=renamed(row.link)) for row in read.readings],
    )


def test_to_exchange_lesions_of_one_kind_changes_nothing(
    tmp_path: Path, subjects: dict[str, Subject], found: Responses
) -> None:
    assert responses(tmp_path / "export", changed(subjects, exchange)) == found


@pytest.mark.parametrize(("factor", "settings"), [(2, {"too_small": 10}), (10, {"too_small": 50})])
def test_to_scale_all_lengths_with_the_limits_keeps_every_response(
    tmp_path: Path,
    subjects: dict[str, Subject],
    found: Responses,
    factor: int,
    settings: dict[str, Any],
) -> None:
    def scale(read: Read) -> Read:
        rows = [
            row if row.size is None else replace(row, size=factor * row.size)
            for row in read.readings
        ]
        return Read(read.lesions, rows)

    limits = {"pd_absolute": 5, "normal_node": 10, "measurable_lesion": 10, "measurable_node": 15}
    settings = {**settings, **{name: factor * limit for name, limit in limits.items()}}
    assert responses(tmp_path / "export", changed(subjects, scale), settings) == found


def with_new_lesion(read: Read) -> Read:
    """Add a new lesion of the liver at the last visit."""
    last = max((row for row in read.readings), key=lambda row: row.visit, default=None)
    if last is None or last.visit == 1:
        return read
    row = Reading(last.visit, "ZZ", None, "UNEQUIVOCAL", last.day)
    return Read([*read.lesions, Lesion("ZZ", "NEW", "LIVER", last.visit)], [*read.readings, row])


def with_progressing_non_target(read: Read) -> Read:
    """Let the non-targets progress at the last visit."""
    last = max((row.visit for row in read.readings), default=1)
    links = {one.link for one in read.lesions if one.kind == "NON-TARGET"}
    rows = [
        replace(row, size=None, state="UNEQUIVOCAL")
        if row.visit == last > 1 and row.link in links
        else row
        for row in read.readings
    ]
    return Read(read.lesions, rows)


@pytest.mark.parametrize("change", [with_new_lesion, with_progressing_non_target])
def test_more_disease_never_improves_a_response(
    tmp_path: Path, subjects: dict[str, Subject], found: Responses, change: Any
) -> None:
    told = responses(tmp_path / "export", changed(subjects, change))
    better, differ = [], 0
    for key, before in found.items():
        for parameter in ("OVRLRESP", "BOR"):
            if parameter in before:
                was, now = before[parameter], told[key][parameter]
                differ += was != now
                if was != "MISSING" and WORSE.index(now) < WORSE.index(was):
                    better.append((key, parameter, was, now))
    assert differ > 100
    # NE may well become progression, which is more than was known and no better.
    assert better == []


def test_what_follows_progression_changes_no_best_response(
    tmp_path: Path, subjects: dict[str, Subject]
) -> None:
    # At first sight an equivocal lesion counts by what the next assessment says of it.
    settings = {"equivocal": "confirmation"}
    long = responses(tmp_path / "long", subjects, settings)
    progressed: dict[tuple[str, str], float] = {}
    for (name, reader, visit), told in long.items():
        if visit is not None and told["OVRLRESP"] == "PD":
            progressed[name, reader] = min(progressed.get((name, reader), visit), visit)
    assert len(progressed) > 500
    shorter = {}
    for name, subject in subjects.items():
        reads = {}
        for reader, one in subject.reads.items():
            last = progressed.get((name, reader), 99)
            rows = [row for row in one.readings if row.visit <= last]
            reads[reader] = Read([les for les in one.lesions if les.visit <= last], rows)
        shorter[name] = Subject(reads, subject.therapy)
    short = responses(tmp_path / "short", shorter, settings)

    def best(found: Responses) -> Responses:
        return {key: told for key, told in found.items() if key[2] is None}

    assert best(short) == best(long)
