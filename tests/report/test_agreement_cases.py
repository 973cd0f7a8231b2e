"""Figures as JUnit test cases: well formed whatever a paper or an export holds."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from oncorules.analysis.agreement.expect import Expected, expect
from oncorules.analysis.agreement.reproduce import reproduce
from oncorules.report.agreement_cases import agreement_cases
from oncorules.report.ci.junit import junit as junit_file

from ..analysis.agreement.small_study import write_study

DIFFERENT = ('["2", Week 2, "3", "0.67"]', '["2", Week 2, "3", "0.62"]')


def junit(study, tests):
    return junit_file(study, list(agreement_cases(study, tests)))


@pytest.fixture
def tests(tmp_path):
    study = write_study(tmp_path, DIFFERENT, ("{50}%", "{49}%"))
    return expect(reproduce(str(study), tmp_path / "export").agreements)


def test_there_is_one_case_for_each_figure_and_the_counts_are_theirs(tests):
    root = fromstring(junit("small", tests))
    cases = root.findall("testsuite/testcase")
    assert [one.get("name") for one in cases] == [one.id for one in tests]
    assert {one.get("classname") for one in cases} == {"small"}
    for counted in (root, root[0]):
        assert {name: counted.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
            "tests": "14", "failures": "1", "errors": "0", "skipped": "4",
        }  # fmt: skip
    assert len(root.findall(".//failure")) == 1
    assert len(root.findall(".//skipped")) == 4


def test_a_failure_has_the_whole_message_and_a_skip_its_reason(tests):
    cases = {one.get("name"): one for one in fromstring(junit("small", tests)).iter("testcase")}
    failed = cases["table-1.a.2.survival.value"]
    assert (failed.get("file"), failed.get("line")) == ("small/published/table-1.yaml", "7")
    assert (failed[0].text or "").splitlines()[:3] == [
        "table-1.a.2.survival.value: differs", "printed   0.62", "computed  0.67",
    ]  # fmt: skip
    skipped = [(one[0].get("type"), one[0].get("message")) for one in cases.values() if len(one)]
    assert ("skip", "quoted from [7]") in skipped
    assert ("expected failure", "contradicts in print: 3 of all 6 are 50 %; of all, 6") in skipped


def test_no_clock_is_read(tests):
    written = junit("small", tests)
    assert written == junit("small", tests)
    assert b"timestamp" not in written and b"time=" not in written


def test_what_xml_does_not_allow_is_left_out_and_the_rest_is_kept(tests):
    failed = next(one for one in tests if one.does == "fail")
    agreement = replace(failed.agreement, note='a\x00b\x1b[31m\ufffe\ud800 <x> & "µ" ]]>\U0001f9ea')
    root = fromstring(junit("sm\x08all", [replace(failed, agreement=agreement)]))
    assert 'ab[31m <x> & "µ" ]]>\U0001f9ea' in (root.findall(".//failure")[0].text or "")
    assert root[0].get("name") == "small"


def test_a_figure_that_is_gone_is_a_failure_without_a_place():
    (case,) = fromstring(junit("small", [Expected("a.1", "fail", "gone")])).iter("testcase")
    assert case.get("file") is None
    assert (case[0].get("message"), case[0].text) == ("gone", "a.1: gone")
