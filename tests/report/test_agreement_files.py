"""The two files of a reproduction."""

from __future__ import annotations

import pytest

from oncorules.analysis.agreement.expect import expect
from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.errors import OutputError
from oncorules.report.agreement_files import write_agreements

from ..analysis.agreement.small_study import write_study


@pytest.fixture
def agreements(tmp_path):
    return reproduce(str(write_study(tmp_path)), tmp_path / "export").agreements


def test_a_page_and_test_cases_are_written_the_page_first(agreements, tmp_path):
    folder = tmp_path / "new" / "answers"
    written = write_agreements(folder, agreements, expect(agreements), ["noticed"])
    assert [one.name for one in written] == ["agreement.html", "junit.xml"]
    assert sorted(folder.iterdir()) == written
    assert "<p>noticed</p>" in written[0].read_text("utf-8")
    assert written[1].read_bytes().startswith(b"<?xml version='1.0' encoding='utf-8'?>")


def test_a_file_in_the_place_of_the_folder_is_refused_by_name(agreements, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match=r"file is no folder that can be written to"):
        write_agreements(tmp_path / "file", agreements, expect(agreements))
