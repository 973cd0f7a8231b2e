"""The table model: what it promises of every table, and what a study may change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from oncorules.data import model_files
from oncorules.data.model import Column, Model, TableModel, load_model, standard_model
from oncorules.data.units import rule_unit
from oncorules.errors import CallError, RuleError

EXPORTS = Path(__file__).parents[2].parent / "shared" / "exports"
SDTM = ["AE", "CM", "DM", "DS", "EG", "EX", "LB", "MH", "RS", "SUPP--", "SV", "TR", "TU", "VS"]
ADAM = ["ADLB", "ADRS", "ADSL", "ADTR", "ADTTE"]
EVERY_TABLE = [pytest.param(name, id=name) for name in SDTM + ADAM]


def table(name: str) -> TableModel:
    found = standard_model().table(name)
    assert found is not None
    return found


def test_the_standards_have_the_tables_that_oncology_needs() -> None:
    assert list(load_model("sdtm").tables) == SDTM
    assert list(load_model("adam").tables) == ADAM
    assert list(standard_model().tables) == SDTM + ADAM


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_every_key_column_exists_and_the_table_says_where_it_comes_from(name: str) -> None:
    model = table(name)
    assert model.key
    assert [column for column in model.key if column not in model.columns] == []
    assert model.source
    assert 0 < len(model.label) <= 40  # XPT v5


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_every_column_fits_xpt_version_5(name: str) -> None:
    for column_name, column in table(name).columns.items():
        assert re.fullmatch("[A-Z][A-Z0-9]{0,7}", column_name), column_name
        assert 0 < len(column.label) <= 40, column_name
        assert column.length is None or column.length <= 200, column_name


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_every_unit_code_list_and_reference_of_a_column_exists(name: str) -> None:
    model = table(name)
    for column_name, column in model.columns.items():
        assert column.unit is None or column.unit_from is None, column_name
        assert column.unit is None or rule_unit(column.unit).name == column.unit
        assert column.unit_from is None or column.unit_from in model.columns, column_name
        codes = standard_model().code_list(column)
        if codes is not None:
            assert column.type == "text", column_name
            assert max(len(value) for value in codes.values) <= (column.length or 200), column_name
        if column.references is not None:
            other, other_column = column.references.split(".")
            assert table(other).columns[other_column].type == column.type, column_name


TYPES_BY_NAME = {
    r".*DTC|(A|ST?ART|TR(0\d|T)[SE]|RAND|RFIC|EOS|DTH|LSTALV)DT": "date",
    r".*DY|.*SEQ|CNSR|TAETORD": "integer",
    r".*STRESN|.*STNR(LO|HI)|VISITNUM|.*TPTNUM|AGE|AVAL|BASE|P?CHG": "number",
    r".*TESTCD|.*ORRES|.*STRESC|.*FL|PARAMCD|USUBJID|.*TERM|VISIT": "text",
}


@pytest.mark.parametrize("name", EVERY_TABLE)
def test_types_follow_the_names(name: str) -> None:
    for column_name, column in table(name).columns.items():
        for pattern, expected in TYPES_BY_NAME.items():
            if re.fullmatch(pattern, column_name):
                assert column.type == expected, column_name
        if column.type == "date":
            assert re.fullmatch(".*(DTC|DT)", column_name), column_name


def test_every_code_list_is_used_sourced_and_without_repeats() -> None:
    model = standard_model()
    used = {column.codes for each in model.tables.values() for column in each.columns.values()}
    assert set(model.codes) == used - {None}
    for name, codes in model.codes.items():
        assert re.match(r"CDISC C\d+", codes.source), name
        assert len(set(codes.values)) == len(codes.values), name


def test_no_and_not_applicable_are_texts_not_truth_values() -> None:
    assert standard_model().codes["NY"].values == ("N", "NA", "U", "Y")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("DM", "USUBJID"),
        ("LB", "USUBJID LBSEQ"),
        ("SV", "USUBJID VISITNUM"),
        ("SUPPLB", "USUBJID RDOMAIN IDVAR IDVARVAL QNAM"),
        ("ADSL", "USUBJID"),
        ("ADTR", "USUBJID TREVAL TREVALID VISITNUM"),
        ("ADRS", "USUBJID RSEVAL RSEVALID VISITNUM PARAMCD"),
        ("ADTTE", "USUBJID RSEVAL RSEVALID PARAMCD"),
        ("ADLB", "USUBJID SRCDOM SRCSEQ"),
    ],
)
def test_a_table_is_keyed_as_findings_name_its_rows(name: str, key: str) -> None:
    assert table(name).key == tuple(key.split())


def test_names_are_found_in_any_case() -> None:
    lb = table("lb")
    assert lb.name == "LB"
    assert lb.column_name("lbStresN") == "LBSTRESN"
    assert lb.column("LBSTRESN") == lb.column("lbstresn")
    assert lb.column("NOSUCH") is None


def test_any_supplemental_table_is_known_and_other_tables_are_not() -> None:
    assert table("SUPPAE").name == "SUPPAE"
    assert table("suppxy").columns == table("SUPP--").columns
    assert standard_model().table("SUPPORT") is None
    assert standard_model().table("XX") is None
    assert load_model("adam").table("SUPPAE") is None


def test_only_the_tables_asked_for_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from oncorules.data import model as module

    read: list[tuple[str, ...]] = []

    def spy(*path: str) -> dict[str, Any]:
        read.append(path)
        return model_files.read_yaml(*path)

    monkeypatch.setattr(module, "read_yaml", spy)
    module._read_table.cache_clear()
    fresh = load_model.__wrapped__("sdtm")
    assert "LB" in fresh.tables
    assert read == []
    fresh.table("DM")
    fresh.table("DM")
    assert read == [("models", "sdtm", "DM.yaml")]


def test_an_unknown_standard_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(CallError, match='no table model "sdmt"; did you mean "sdtm"'):
        load_model("sdmt")  # type: ignore[arg-type]


# A study's own tables


def own(tables: dict[str, Any], codes: dict[str, Any] | None = None) -> Model:
    return standard_model().with_tables(tables, codes)


def faults(tables: dict[str, Any], codes: dict[str, Any] | None = None) -> list[str]:
    with pytest.raises(RuleError) as caught:
        own(tables, codes)
    return [str(problem) for problem in caught.value.problems]


def test_a_study_adds_a_table() -> None:
    pet = {
        "label": "PET uptake",
        "key": ["USUBJID", "PETDTC"],
        "columns": {
            "USUBJID": {"type": "text", "core": "required", "references": "DM.USUBJID"},
            "PETDTC": "date",
            "Krenning": {"type": "integer", "codes": [0, 1, 2, 3, 4]},
            "VISUAL": {"type": "text", "codes": "UPTAKE"},
        },
    }
    model = own({"pet": pet}, {"UPTAKE": ["NONE", "LOW", "HIGH"]})
    added = model.table("PET")
    assert added is not None
    assert added.key == ("USUBJID", "PETDTC")
    assert added.columns["PETDTC"] == Column(type="date")
    krenning = added.column("KRENNING")
    assert krenning is not None
    listed, named = model.code_list(krenning), model.code_list(added.columns["VISUAL"])
    assert listed is not None
    assert listed.values == ("0", "1", "2", "3", "4")
    assert named is not None
    assert named.values == ("NONE", "LOW", "HIGH")
    assert standard_model().table("PET") is None


def test_a_study_changes_a_known_table_and_the_rest_of_it_stays() -> None:
    changed = own(
        {"DM": {"columns": {"country": {"core": "permissible"}, "SALVAGE": "text"}}}
    ).table("DM")
    assert changed is not None
    assert changed.columns["COUNTRY"] == Column(type="text", label="Country")
    assert changed.columns["SALVAGE"] == Column(type="text")
    assert changed.key == ("USUBJID",)
    assert len(changed.columns) == len(table("DM").columns) + 1


def test_a_fixed_unit_takes_the_place_of_the_unit_column() -> None:
    changed = own({"LB": {"columns": {"LBSTRESN": {"unit": "g/L"}}}}).table("LB")
    assert changed is not None
    assert changed.columns["LBSTRESN"].unit == "g/L"
    assert changed.columns["LBSTRESN"].unit_from is None


def test_tables_are_added_on_top_of_added_tables() -> None:
    first = own({"PET": {"key": ["ID"], "columns": {"ID": "text"}}})
    link = {"key": ["ID"], "columns": {"ID": {"type": "text", "references": "PET.ID"}}}
    second = first.with_tables({"DOSE": link})
    assert {"DM", "PET", "DOSE"} <= set(second.tables)


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        ({"typ": "text"}, '.typ: unknown key "typ"; did you mean "type"?'),
        ({"type": "txt"}, '.type: "txt" is not a column type; did you mean "text"?'),
        (
            {"label": "x"},
            ".type: column type is missing, expected one of text, integer, number, date, boolean",
        ),
        (
            {"type": "text", "core": "Required!"},
            '.core: "Required!" is not a core; did you mean "required"?',
        ),
        (
            {"type": "number", "unit": "10e9/L"},
            '.unit: unit "10e9/L" is not a known unit; did you mean "10^9/L"?',
        ),
        (
            {"type": "number", "unit": "mm", "unit_from": "C"},
            ".unit: a column has either unit or unit_from, not both",
        ),
        (
            {"type": "number", "unit_from": "USUBJD"},
            '.unit_from: "USUBJD" is not a column of X; did you mean "USUBJID"?',
        ),
        (
            {"type": "text", "codes": "NRINDD"},
            '.codes: there is no code list "NRINDD"; did you mean "NRIND"?',
        ),
        (
            {"type": "text", "codes": ["A", "A"]},
            '.codes: "A" is listed twice',
        ),
        (
            {"type": "text", "codes": [True]},
            ".codes: expected a list of names or values, found [True]",
        ),
        (
            {"type": "text", "references": "ADSX.USUBJID"},
            '.references: reference "ADSX.USUBJID": there is no table "ADSX"; did you mean "ADSL"?',
        ),
        (
            {"type": "text", "references": "DM.USUBJD"},
            '.references: reference "DM.USUBJD": DM has no "USUBJD"; did you mean "USUBJID"?',
        ),
        (
            {"type": "text", "references": "DM"},
            '.references: "DM" is not a reference, expected TABLE.COLUMN',
        ),
        (
            {"type": "text", "length": 0},
            ".length: length is 0, expected a whole number from 1 on",
        ),
        ({"type": "text", "label": 3}, ".label: label is 3, expected a text"),
        ("txt", '.type: "txt" is not a column type; did you mean "text"?'),
        (
            None,
            ": expected the keys type, label, core, unit, unit_from, codes, references, length, "
            "found None",
        ),
    ],
)
def test_a_faulty_column_is_named_with_the_nearest_right_word(column: Any, sentence: str) -> None:
    tables = {"X": {"key": ["USUBJID"], "columns": {"USUBJID": "text", "C": column}}}
    assert faults(tables) == [f"export_tables.X.columns.C{sentence}"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"key": ["A"]}, ".columns: columns are needed, as name: {type: ...}"),
        (
            {"columns": {"USUBJID": "text"}},
            ".key: expected a list of names or values, found None",
        ),
        (
            {"key": ["USUBID"], "columns": {"USUBJID": "text"}},
            '.key: key column "USUBID" is not a column of X; did you mean "USUBJID"?',
        ),
        (
            {"kee": ["A"], "columns": {"A": "text"}},
            '.kee: unknown key "kee"; did you mean "key"?',
        ),
        (
            {"key": ["A"], "columns": {"A": "text", "a": "text"}},
            '.columns.a: column "a" is there twice, in another case',
        ),
        (
            {"key": ["A"], "columns": {"A": "text", "#row": "integer"}},
            '.columns.#row: the name "#row" is empty or starts with "#", which is not allowed',
        ),
        ("text", ": expected the keys label, source, key, columns, found 'text'"),
    ],
)
def test_a_faulty_table_is_named_with_what_was_expected(content: Any, sentence: str) -> None:
    assert faults({"X": content}) == [f"export_tables.X{sentence}"]


def test_all_faults_come_together() -> None:
    tables = {
        "X": {"key": ["A"], "columns": {"A": "txt"}},
        "Y": {"key": ["A"], "columns": {"A": {"type": "text", "codes": "NOSUCH"}}},
    }
    assert [line.split(":")[0] for line in faults(tables, {"Z": []})] == [
        "export_tables.codes.Z.values",
        "export_tables.X.columns.A.type",
        "export_tables.Y.columns.A.codes",
    ]


# The shipped files


def test_the_parsed_form_holds_every_file_and_is_used_only_while_it_agrees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import json

    kept = json.loads(model_files.parsed_form())
    names = [*(f"models/sdtm/{name}.yaml" for name in SDTM), "models/codes.yaml", "units.yaml"]
    assert set(names) <= set(kept)
    kept["models/sdtm/DM.yaml"]["content"] = {"label": "from the parsed form"}
    kept["models/sdtm/AE.yaml"] |= {"content": {}, "sha256": "of an older text"}
    monkeypatch.setattr(model_files, "_parsed", lambda: kept)
    assert model_files.read_yaml("models", "sdtm", "DM.yaml") == {"label": "from the parsed form"}
    assert model_files.read_yaml("models", "sdtm", "AE.yaml")["label"] == "Adverse Events"


# Real exports


def xpt_files() -> list[Path]:
    return sorted(EXPORTS.glob("*/*.xpt"))


@pytest.mark.skipif(not xpt_files(), reason="the shared exports are not beside the repository")
def test_the_public_exports_fit_the_model_without_false_alarms() -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    unknown: list[str] = []
    for file in xpt_files():
        data, _ = pyreadstat.read_xport(str(file))
        model = table(file.stem.upper())
        for name in data.columns:
            column = model.column(name)
            if column is None:
                unknown.append(f"{file.name} {name}")
                continue
            codes = standard_model().code_list(column)
            if codes is not None and not codes.extensible:
                found = set(data[name].dropna()) - {""}
                assert found <= set(codes.values), f"{file.name} {name}"
            if column.type in ("integer", "number"):
                assert data[name].dtype == "float64", f"{file.name} {name}"
        for name in model.columns_of_core("required"):
            assert name in data.columns, f"{file.name} {name}"
            assert not (data[name].isna() | (data[name] == "")).any(), f"{file.name} {name}"
    assert unknown == []
