"""An export without some of the tables that a study reads."""

from __future__ import annotations

import pytest

from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.errors import DataError

from .small_study import EXPORT, write_study

# Ages come from a second table; the arms and times stay in the first.
AGES = """\
  AGES:
    label: Ages
    key: [USUBJID]
    columns:
      USUBJID: {type: text, core: required, label: Subject}
      YEARS: {type: integer, core: required, label: Age}
"""
CHANGES = (
    ("      AGE: {type: integer, core: required, label: Age}\n", ""),
    ("export_tables:\n", f"export_tables:\n{AGES}"),
    ("    columns:\n      TRTA", "    lookups:\n      age: {from: AGES, take: only}\n"
     "    columns:\n      AGE: {value: age.YEARS}\n      TRTA"),
)  # fmt: skip


def write(folder, *files: str):
    """Write the study with a table of its own for ages, and some of its two files."""
    study = write_study(folder, *CHANGES)
    rows = [line.split(",") for line in EXPORT.splitlines()]
    (folder / "export" / "times.csv").unlink()
    texts = {
        "times.csv": "".join(f"{','.join([*row[:2], *row[3:]])}\n" for row in rows),
        "ages.csv": "USUBJID,YEARS\n" + "".join(f"{row[0]},{row[2]}\n" for row in rows[1:]),
        "other.csv": "USUBJID\nS1\n",
    }
    for file in files:
        (folder / "export" / file).write_text(texts[file], "utf-8")
    return str(study), folder / "export"


def verdicts(found):
    return {one.figure.id: (one.verdict, one.note) for one in found.agreements}


def test_only_the_figures_that_need_a_missing_table_are_not_computable(tmp_path):
    whole = verdicts(reproduce(*write(tmp_path / "one", "times.csv", "ages.csv")))
    part = verdicts(reproduce(*write(tmp_path / "two", "times.csv")))
    assert [id for id in whole if whole[id] != part[id]] == ["text.change.1"]
    assert whole["text.change.1"][0] == "agrees as printed"
    assert part["text.change.1"] == (
        "not computable",
        "the export has no table AGES, which AGE is read of",
    )


def test_an_export_with_none_of_the_tables_that_rows_come_from_is_refused(tmp_path):
    said = "none of the tables that the study small starts from, TIMES; it has AGES"
    with pytest.raises(DataError, match=said):
        reproduce(*write(tmp_path, "ages.csv"))


def test_a_derived_table_without_its_rows_counts_nobody(tmp_path):
    study, export = write(tmp_path, "ages.csv")
    published = tmp_path / "small"
    pack = published / "times.yaml"
    people = (
        "tables:\n  people:\n    title: People\n    source: ours\n    one_row_per: [USUBJID]\n"
        "    from: AGES\n    columns:\n      OLD: {value: YEARS > 50}\n"
    )
    text = pack.read_text("utf-8").replace("tables:\n", people)
    pack.write_text(text.replace("publish:\n", "publish:\n  ADSL: {from: people}\n"), "utf-8")
    plan = published / "published" / "analyses.yaml"
    text = plan.read_text("utf-8").replace("all: {count: {of: ADTTE}}", "all: {count: {of: ADSL}}")
    plan.write_text(text, "utf-8")
    seen = verdicts(reproduce(study, export))
    assert seen["text.size.1"][0] == "agrees as printed"
    assert seen["text.size.2"] == (
        "not computable",
        "the export has no table TIMES, of which ADTTE is made",
    )


def test_a_column_that_also_reads_what_is_there_is_not_counted_without_the_rest(tmp_path):
    older = (
        "      AGE: {value: age.YEARS}",
        '      AGE: {value: "coalesce(age.YEARS, 0) + WEEKS"}',
    )
    study, export = write(tmp_path, "times.csv")
    pack = tmp_path / "small" / "times.yaml"
    assert older[0] in pack.read_text("utf-8")
    pack.write_text(pack.read_text("utf-8").replace(*older), "utf-8")
    assert verdicts(reproduce(study, export))["text.change.1"] == (
        "not computable",
        "the export has no table AGES, which AGE is read of",
    )
