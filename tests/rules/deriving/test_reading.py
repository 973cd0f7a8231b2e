from pathlib import Path
from textwrap import dedent

import pytest

from oncorules.data.model import standard_model
from oncorules.rules.deriving.reading import Reading, formulas_of, names_in, tables_read
from oncorules.rules.loading.loaded import LoadedPack
from oncorules.rules.loading.loader import load_pack

PACK = """
id: mine
title: Mine
version: "1"
language: 1
tables:
  result:
    one_row_per: [USUBJID, LBSEQ]
    from: LB
    where: LBTESTCD = 'ALT'
    lookups:
      subject: {from: DM, take: only, where: COUNTRY = 'DEU' and ARMCD = this.LBCAT}
    windows:
      earlier: {per: [USUBJID], order: [LBDTC], rows: earlier}
    columns:
      LBSTRESC:
        value: upper(LBSTRESC)
      first:
        value: min(LBSTRESN) over earlier
      reference:
        value: subject.RFSTDTC
  last:
    one_row_per: [USUBJID]
    from: result
    columns:
      value:
        value: max(first)
"""


@pytest.fixture
def pack(tmp_path: Path) -> LoadedPack:
    path = tmp_path / "mine.yaml"
    path.write_text(dedent(PACK), "utf-8")
    return load_pack(path)


def columns_read(pack: LoadedPack, table: str, *wanted: str) -> dict[str, set[str]]:
    reading = Reading([pack], standard_model())
    reading.follow(table, pack.id, wanted)
    return reading.found


def test_columns_that_nothing_wanted_needs_are_not_read(pack) -> None:
    assert columns_read(pack, "result", "first") == {
        "LB": {"USUBJID", "LBSEQ", "LBTESTCD", "LBDTC", "LBSTRESN"}
    }


def test_columns_are_followed_through_formulas_look_ups_and_windows(pack) -> None:
    found = columns_read(pack, "result", "first", "reference", "LBSTRESC")
    assert found["LB"] == {
        "USUBJID", "LBSEQ", "LBTESTCD", "LBCAT", "LBDTC", "LBSTRESC", "LBSTRESN",
    }  # fmt: skip
    assert found["DM"] == {"USUBJID", "COUNTRY", "ARMCD", "RFSTDTC"}


def test_a_column_that_is_only_handed_on_is_read_when_it_is_wanted(pack) -> None:
    assert "LBORRES" not in columns_read(pack, "result", "first")["LB"]
    assert "LBORRES" in columns_read(pack, "result", "first", "LBORRES")["LB"]


def test_tables_are_followed_down_to_the_export(pack) -> None:
    assert "LBSTRESN" in columns_read(pack, "last", "value")["LB"]


def test_a_look_up_without_on_reads_the_key_of_the_other_table(pack) -> None:
    text = dedent(PACK).replace("one_row_per: [USUBJID, LBSEQ]", "one_row_per: [LBSEQ]")
    text = text.replace("{from: DM, take: only,", "{from: DM, on: {USUBJID: USUBJID}, take: only,")
    path = Path(pack.place("tables", "last").partition(":")[0])
    for written in (text, text.replace("on: {USUBJID: USUBJID}, ", "")):
        path.write_text(written, "utf-8")
        assert "USUBJID" in columns_read(load_pack(path), "result", "reference")["LB"]


def test_what_is_read_of_derived_tables_is_told_by_pack_and_name(pack) -> None:
    reading = Reading([pack], standard_model())
    reading.follow("last", "mine", ["value"])
    reading.follow("result", "mine", ["LBORRES"])
    assert reading.derived() == {
        ("mine", "last"): {"value"},
        ("mine", "result"): {"USUBJID", "first", "LBORRES"},
    }


def test_a_table_of_the_export_is_its_own_end(pack) -> None:
    assert columns_read(pack, "AE", "AETERM") == {"AE": {"AETERM"}}


def test_the_tables_that_a_pack_names_are_found(pack) -> None:
    assert tables_read([pack]) == {"LB", "DM"}


def test_a_code_that_is_no_formula_reads_nothing() -> None:
    assert names_in(["NON-CR/NON-PD"]) == set()


def test_every_kind_of_formula_of_a_rule_is_gone_through() -> None:
    rule = load_pack("sdtm", examples=False).rules["RS-BEST"]
    found = set(formulas_of(rule))
    assert {rule.condition, rule.applies_to.where} <= found
    assert rule.lookups["recorded"].where in found
