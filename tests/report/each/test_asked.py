import re

import pytest

from oncorules.errors import CallError, DataError, RuleError
from oncorules.report.each.asked import refuse_before

ASKED = {
    "packs": ["sdtm"],
    "study": None,
    "rules": [],
    "exclude": [],
    "preset": None,
    "settings": {},
    "structure": "none",
    "known": None,
}


def refuse(reports=(), queries=None, out="out", fail_on="error", **more: object) -> None:
    refuse_before({**ASKED, **more}, fail_on, out, reports, queries)


def test_what_is_right_is_let_pass() -> None:
    refuse(["findings.xlsx", "findings.html"], "asked")
    refuse(packs=[])


@pytest.mark.parametrize(
    ("reports", "queries", "sentence"),
    [
        (
            ["reports/f.xlsx"],
            None,
            "--report reports/f.xlsx: with --each it is a name without a folder, such as f.xlsx; "
            "it is written into the folder of each export",
        ),
        (["/f.html"], None, "--report /f.html: with --each it is a name without a folder"),
        ([".."], None, "--report ..: with --each it is a name without a folder"),
        (["f.doc"], None, "--report f.doc: the ending of the name says what is written"),
        (["Run.json"], None, "--report Run.json: the folder of an export has Run.json already"),
        (["f.xml", "F.XML"], None, "--report F.XML: the folder of an export has F.XML already"),
        ([], "a/b", "--queries a/b: with --each it is a name without a folder, such as b"),
        (["f.xml"], "f.xml", "--queries f.xml: the folder of an export has f.xml already"),
    ],
)
def test_a_name_that_is_none_or_is_taken_is_refused(
    reports: list[str], queries: str | None, sentence: str
) -> None:
    with pytest.raises(CallError, match=re.escape(sentence)):
        refuse(reports, queries)


def test_a_report_without_a_folder_to_be_in_is_refused() -> None:
    with pytest.raises(CallError, match=r"--report f\.xml needs --out DIR"):
        refuse(["f.xml"], out=None)


def test_what_would_stop_every_export_is_refused_at_once(tmp_path) -> None:
    (tmp_path / "bad.yaml").write_text("id: bad\n", "utf-8")
    with pytest.raises(RuleError):
        refuse(packs=[str(tmp_path / "bad.yaml")])
    with pytest.raises(CallError, match='there is no rule "DM-CONSNT"'):
        refuse(rules=["DM-CONSNT"])
    with pytest.raises(CallError, match='there is no preset "x"'):
        refuse(preset="x")
    with pytest.raises(CallError, match='fail-on "never ever" is not error'):
        refuse(fail_on="never ever")
    with pytest.raises(CallError, match='structure "all" is not pandera, sql or none'):
        refuse(structure="all")
    with pytest.raises(DataError):
        refuse(known=str(tmp_path / "known.csv"))
