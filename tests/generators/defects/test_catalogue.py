"""Each kind of defect on the twin: it is planted, changes nothing else, and is found."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import pytest

from oncorules import load_pack
from oncorules.data.answer_key import NAME
from oncorules.generators.defects.catalogue import KINDS
from oncorules.generators.defects.plan import read_plan
from oncorules.generators.generate import generate
from oncorules.validation.run import validate

STUDY, SEED = "van-der-zwan-2018", 11
PACKS = ("sdtm", "recist-checks", "ctcae-3.0")
TABLES = ("DM", "EX", "TU", "TR", "RS", "LB", "FA", "DS", "AE", "MH")
VISITS = {"visit-out-of-order", "baseline-after-first-dose"}
"""Kinds that move a day in every row of a visit."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The twin, and the same twin with one defect of each kind."""
    folder = tmp_path_factory.mktemp("defects")
    plan = folder / "plan.yaml"
    plan.write_text("".join(f"{kind}: 1\n" for kind in KINDS))
    generate(STUDY, folder / "clean", seed=SEED)
    generate(STUDY, folder / "faulty", seed=SEED, defects=read_plan(str(plan)))
    return folder / "clean", folder / "faulty"


@pytest.fixture(scope="module")
def key(folders):
    return {row["kind"]: row for row in rows_of(folders[1] / NAME)}


@pytest.fixture(scope="module")
def found(folders):
    """The rules that have findings, errors and warnings, by subject."""
    rules = defaultdict(set)
    with validate(str(folders[1]), PACKS, study=STUDY) as result:
        for finding in result.findings.rows():
            if finding.severity != "notice":
                rules[finding.subject].add(finding.rule_id)
    return rules


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def differences(folders):
    """The rows that only the clean and only the faulty export has, by table and subject."""
    found = defaultdict(lambda: ([], []))
    for table in TABLES:
        rows = [rows_of(folder / f"{table.lower()}.csv") for folder in folders]
        lines = [Counter(tuple(row.items()) for row in some) for some in rows]
        for side, only in enumerate((lines[0] - lines[1], lines[1] - lines[0])):
            for line in only.elements():
                row = dict(line)
                found[table, row["USUBJID"].removesuffix("X")][side].append(row)
    return found


def test_there_are_more_kinds_than_were_asked_for():
    assert len(KINDS) >= 25


def test_the_rules_of_a_kind_are_checks_of_the_shipped_packs():
    checks = {name for pack in PACKS for name in load_pack(pack).rules}
    named = {rule for kind in KINDS.values() for rule in (*kind.rules, *kind.also)}
    assert {rule for rule in named - checks if rule.count(".") != 2} == set()


def test_every_kind_is_planted(key):
    assert set(key) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_defect_is_found_by_every_rule_that_is_said_to_find_it(kind, key, found):
    defect = key[kind]
    assert set(defect["rules"].split()) <= found[defect["USUBJID"]]


def test_nothing_is_found_that_does_not_follow_from_a_defect(key, found):
    said = defaultdict(set)
    for defect in key.values():
        said[defect["USUBJID"]] |= {*defect["rules"].split(), *defect["also"].split()}
    assert {subject: rules - said[subject] for subject, rules in found.items()} == {
        subject: set() for subject in found
    }


def test_a_defect_changes_what_the_key_says_and_nothing_else(folders, key):
    left = differences(folders)
    for kind, defect in key.items():
        before, after = left.pop((defect["table"], defect["USUBJID"].removesuffix("X")))
        if kind in VISITS:
            left.pop(("RS", defect["USUBJID"]), None)
            left.pop(("TU", defect["USUBJID"]), None)
            assert {row["TRDTC"] for row in after} == {defect["after"]}
        elif not defect["variable"]:
            assert (f"{len(before)} row", defect["after"]) in {
                ("0 row", "2 rows"),
                ("1 row", "no row"),
            }
        else:
            [old], [new] = before, after
            changed = [name for name in defect["variable"].split(", ") if old[name] != new[name]]
            assert sorted(changed) == sorted(name for name in old if old[name] != new[name])
            for side, row in (("before", old), ("after", new)):
                cells = [row[name] or "(missing)" for name in defect["variable"].split(", ")]
                assert ", ".join(cell.removesuffix(".0") for cell in cells) == defect[side]
    assert dict(left) == {}
