"""Planting: the same seed, room for each kind, one cause for each finding."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
import pytest

from oncorules.analysis.published.read import find_study
from oncorules.generators.defects.catalogue import KINDS
from oncorules.generators.defects.kinds import ALL_TABLES
from oncorules.generators.defects.plan import read_plan
from oncorules.generators.defects.plant import plant_defects
from oncorules.generators.design import read_design
from oncorules.generators.latent import read_cohort
from oncorules.generators.twin import tell_twin


@pytest.fixture(scope="module")
def twin():
    study = find_study("van-der-zwan-2018")
    return dict(tell_twin(read_design(study), read_cohort(study), 4))


@pytest.fixture(scope="module")
def planted(twin):
    return plant_defects(twin, read_plan("1%"), 4)


def subjects(count, **columns):
    """A DM of so many subjects."""
    ids = [f"S-{number}" for number in range(count)]
    return {"DM": pa.table({"USUBJID": ids, **{k: [v] * count for k, v in columns.items()}})}


def one_kind(tmp_path, line):
    (tmp_path / "plan.yaml").write_text(line)
    return read_plan(str(tmp_path / "plan.yaml"))


def test_the_same_seed_plants_the_same_and_another_one_does_not(twin, planted):
    again, other = (plant_defects(twin, read_plan("1%"), seed) for seed in (4, 5))
    assert again.key.equals(planted.key)
    assert all(again.tables[name].equals(planted.tables[name]) for name in twin)
    assert not other.key.equals(planted.key)


def test_no_two_defects_of_a_subject_touch_one_table_or_share_a_rule(planted):
    of = defaultdict(list)
    for row in planted.key.to_pylist():
        of[row["USUBJID"].removesuffix("X")].append(row)
    assert max(map(len, of.values())) > 1
    for rows in of.values():
        rules = [rule for row in rows for rule in f"{row['rules']} {row['also']}".split()]
        assert len(rules) == len(set(rules))
        tables = [table for row in rows for table in KINDS[row["kind"]].touched]
        assert len(tables) == len(set(tables))
        assert len(rows) == 1 or not ALL_TABLES & set(tables)


def test_the_key_counts_what_the_summary_counts(planted):
    kinds = planted.key.column("kind").to_pylist()
    assert {one.kind: one.planted for one in planted.kinds} == {
        kind: kinds.count(kind) for kind in KINDS
    }
    assert planted.key.column("defect").to_pylist() == list(range(1, len(kinds) + 1))


def test_when_room_is_short_each_kind_still_has_its_share(twin):
    made = plant_defects(twin, read_plan("20%"), 1)
    assert min(one.planted for one in made.kinds) >= 10
    assert sum(one.planted < one.asked for one in made.kinds) > len(KINDS) / 2


def test_a_kind_that_no_row_can_have_is_counted_as_not_planted(tmp_path):
    made = plant_defects(
        subjects(3, SITEID="1"), one_kind(tmp_path, "site-missing: 2\nevent-twice: 1\n"), 1
    )
    assert [(one.kind, one.asked, one.planted) for one in made.kinds] == [
        ("site-missing", 2, 2),
        ("event-twice", 1, 0),
    ]
    assert made.tables["DM"]["SITEID"].null_count == 2


def test_a_plan_of_which_nothing_can_be_planted_gives_an_empty_key(tmp_path):
    made = plant_defects(subjects(2), one_kind(tmp_path, "event-twice: 1\n"), 1)
    assert made.key.num_rows == 0
    assert made.key.column_names[:3] == ["defect", "kind", "table"]


def test_text_of_an_export_stays_as_it_is(tmp_path):
    tables = subjects(1, SITEID="=SUM(1,2)", INVNAM="<b>, Dr")
    made = plant_defects(tables, one_kind(tmp_path, "site-missing: 1\n"), 1)
    assert made.tables["DM"]["INVNAM"].to_pylist() == ["<b>, Dr"]
    assert made.key.column("before").to_pylist() == ["=SUM(1,2)"]
