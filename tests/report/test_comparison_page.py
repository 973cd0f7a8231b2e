"""The page of two runs: its summary and what may run in it, read without a browser."""

from __future__ import annotations

import re

from oncorules.report.comparison_page import write_comparison_page

from .compared import Found, compared
from .pages import blocks

SCRIPT = "</script><img src=x>"


def written(folder, *runs) -> str:
    write_comparison_page(compared(folder, *runs), folder / "two.html")
    return (folder / "two.html").read_text(encoding="utf-8")


def test_the_summary_tells_the_runs_and_what_became_of_their_findings(tmp_path):
    text = re.sub("<[^>]+>", " ", written(tmp_path))
    assert "Since the run of 2024-03-01: 1 new, 1 reopened, 2 persisting, 1 not seen" in text
    assert re.search(r"one\s+2024-03-01\s+5\s+trial 1\.0\.0", text)
    assert re.search(r"two\s+2024-03-08\s+4\s+trial 1\.0\.0", text)


def test_every_finding_is_in_the_data_once(tmp_path):
    comparison = compared(tmp_path)
    found = [name for block in blocks(written(tmp_path)) for name in block.ids()]
    assert sorted(found) == sorted(comparison.rows["finding_id"])


def test_hostile_texts_end_no_script_and_begin_no_tag(tmp_path):
    one = Found("R1", SCRIPT, SCRIPT, message=SCRIPT)
    text = written(tmp_path, [one], [])
    assert "<img" not in text
    assert len(re.findall("<script", text)) == len(re.findall("</script>", text)) == 3
    (block,) = blocks(text)
    assert block.line(0)["message"] == block.line(0)["subject"] == SCRIPT


def test_the_same_runs_give_the_same_bytes(tmp_path):
    assert written(tmp_path) == written(tmp_path)
