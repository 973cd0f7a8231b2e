"""The version of the guide is told by the data, or a least version by what came with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.data.export import read_export
from oncorules.data.standard_version import describe_version

DM = "STUDYID,DOMAIN,USUBJID,SEX{}\nS,DM,A,F{}\n"


@pytest.fixture
def described(tmp_path: Path):
    """Describe the version of files with the given texts."""

    def described(**files: str) -> str:
        for name, text in files.items():
            ending = "xml" if name == "define" else "csv"
            (tmp_path / f"{name}.{ending}").write_text(text, "utf-8")
        return describe_version(read_export(tmp_path))

    return described


def test_nothing_that_came_with_a_version_gives_no_version(described) -> None:
    assert described(dm=DM.format("", "")) == "SDTM, version not told by the data"


def test_the_newest_variable_gives_the_least_version(described) -> None:
    told = described(dm=DM.format(",DTHFL,ARMNRS", ",,"))
    assert told == "SDTM, version not told by the data; at least SDTMIG 3.3, for it has DM.ARMNRS"


def test_the_trial_summary_tells_the_version(described) -> None:
    summary = "STUDYID,DOMAIN,TSPARMCD,TSVAL\nS,TS,SDTIGVER,3.2\nS,TS,TITLE,A trial\n"
    assert described(dm=DM.format("", ""), ts=summary) == "SDTMIG 3.2, as ts.csv (SDTIGVER) says"


@pytest.mark.parametrize(
    "text",
    [
        '<MetaDataVersion def:StandardName="SDTM-IG" def:StandardVersion="3.1.2">',
        '<def:Standard OID="1" Name="ADaMIG" Type="IG" Version="1.1"/>'
        '<def:Standard OID="2" Name="SDTMIG" Type="IG" Version="3.1.2" Status="Final"/>',
    ],
)
def test_a_define_file_beside_the_tables_tells_the_version(described, text) -> None:
    assert described(dm=DM.format("", ""), define=text) == "SDTMIG 3.1.2, as define.xml says"


def test_a_define_file_that_is_no_xml_tells_nothing(described) -> None:
    assert "not told" in described(dm=DM.format("", ""), define="<!ENTITY a 'b'> \x00 Version=")
