"""What the names of formulas are called."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from oncorules.rules.catalogue.words.vocabulary import Names, Vocabulary
from oncorules.rules.loading.loader import load_pack
from oncorules.rules.loading.parameters import resolve_parameters
from oncorules.rules.session import model_of

PACK = """
id: trial
title: T
version: "1"
language: 1
export_tables:
  DM:
    columns:
      HEIGHT: {type: number, label: Body height}
parameters:
  tolerance: {value: 3, unit: day, source: ours}
tables:
  dosed:
    one_row_per: [USUBJID]
    from: EX
    columns:
      FIRST: {value: min(EXSTDTC), label: First dose}
      DOSES: {value: count(*)}
      LATEST: {value: "coalesce(FIRST, latest(EXSTDTC, EXENDTC))"}
  again:
    one_row_per: [USUBJID]
    from: dosed
    columns:
      SAME: {value: FIRST}
rules:
  - id: X
    title: T
    kind: check
    source: ours
    applies_to: {table: DM}
    parameters:
      own: {value: more, choices: [more, less], source: ours}
    lookups:
      dose: {from: again, on: [USUBJID], take: only, columns: {PLUS: "add_days(SAME, 1)"}}
    windows:
      previous: {per: [USUBJID], order: [RFSTDTC], rows: the one before}
    condition: dose.SAME > RFSTDTC and own = 'more' and previous.AGE > tolerance
"""


def names(folder: Path) -> Vocabulary:
    (folder / "trial.yaml").write_text(dedent(PACK), "utf-8")
    pack = load_pack(folder / "trial.yaml")
    told = Names([pack], model_of([pack]), resolve_parameters([pack], settings={"tolerance": 5}))
    (rule,) = pack.rule_instances
    return told.of_rule(rule.rule, rule.table, pack)


def test_a_variable_has_the_label_of_the_table_model_and_of_a_study(tmp_path: Path) -> None:
    told = names(tmp_path)
    assert told.said("", "RFSTDTC") == "Subject Reference Start Date/Time (RFSTDTC)"
    assert told.said("", "HEIGHT") == "Body height (HEIGHT)"
    assert told.said("", "NOWHERE") == "NOWHERE"


def test_a_parameter_has_the_value_that_holds_with_its_unit(tmp_path: Path) -> None:
    told = names(tmp_path)
    assert told.said("", "tolerance") == "tolerance (5 day)"
    assert told.said("", "own") == "own (more)"


def test_the_row_before_is_called_like_this_row(tmp_path: Path) -> None:
    assert names(tmp_path).said("previous", "AGE") == "Age (previous.AGE)"


def test_dates_are_known_through_derived_tables(tmp_path: Path) -> None:
    told = names(tmp_path)
    assert told.said("dose", "FIRST") == "First dose (dose.FIRST)"
    dates = [
        name for name in ("FIRST", "DOSES", "LATEST", "SAME", "PLUS") if told.is_date("dose", name)
    ]
    assert dates == ["FIRST", "LATEST", "SAME", "PLUS"]


def test_inside_a_look_up_bare_names_are_those_of_its_table(tmp_path: Path) -> None:
    inside = names(tmp_path).inside("dose")
    assert inside.is_date("", "SAME")
    assert inside.said("", "AGE") == "AGE"
    assert inside.said("this", "AGE") == "Age (this.AGE)"
