"""An audit of a small paper, one wrong number at a time, and of the shipped study."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oncorules.analysis.audit.audit import audit
from oncorules.analysis.published.read import read_published

from ..published.papers import write_paper


def verdicts(result):
    return {one.figure.id: (one.verdict, one.computed) for one in result}


def wrong(result):
    return {one.figure.id: (one.computed, one.note) for one in result.contradictions}


def test_a_paper_that_agrees_with_itself_has_no_contradiction(tmp_path):
    result = audit(write_paper(tmp_path))
    assert wrong(result) == {}
    found = verdicts(result)
    assert found["table-1.sex.male.t.percent"] == ("recomputed to rounding", "60.0")
    assert found["table-1.sex.male.p.p"] == ("recomputed to rounding", "0.02")
    assert found["text.men.2"] == ("recomputed exactly", "12")
    assert found["text.men.5"] == ("recomputed exactly", "17")
    assert found["table-1.pfs.all.t.median"] == ("cohort figure", None)
    assert found["text.pfs.4"] == ("external", None)
    assert found["text.pfs.phrase_2"] == ("design", None)


ERRORS = {
    "a percentage": (
        ('"12 (60.0)"', '"12 (61.0)"'),
        {"table-1.sex.male.t.percent": ("60.0", "12 of all 20 are 60.0 %")},
    ),
    "a count": (
        ("8 (40.0)", "7 (40.0)"),
        {
            "table-1.sex.male.t.n": ("13", "12 + 7 = 19, not 20"),
            "table-1.sex.female.t.n": ("8", "12 + 7 = 19, not 20"),
            "table-1.sex.female.t.percent": ("35.0", "7 of all 20 are 35.0 %"),
        },
    ),
    "a repeated number": (
        ("{twelve}", "{eleven}"),
        {
            "text.men.2": ("12", "Table 1, Sex: Male, Treated (n = 20) prints 12"),
            "text.men.3": ("55", "11 of all 20 are 55 %"),
        },
    ),
    "a group size": (
        ("n = {20}", "n = {21}"),
        {"table-1.t.n": ("20", "Text, men prints 20")},
    ),
    "a difference": (
        ("{17}", "{16}"),
        {
            "text.men.1": ("19", "3 + 16 = 19, not 20"),
            "text.men.4": ("4", "3 + 16 = 19, not 20"),
            "text.men.5": ("17", "3 + 16 = 19, not 20; 20 - 3 = 17"),
        },
    ),
    "a p value": (
        ('"0.02"', '"0.03"'),
        {
            "table-1.sex.male.p.p": (
                "0.02",
                "12 against 1, each against the rest, by Fisher's exact test, of all, 20 and 10: "
                "p = 0.017; Pearson's chi-squared test with Yates' correction of all, 20 and 10 "
                "would",
            )
        },
    ),
    "a limit": (
        ("7.5 (5.0-10.0)", "4.5 (5.0-10.0)"),
        {
            "table-1.pfs.all.c.median": (None, "5.0, 4.5, 10.0 are not in order"),
            "table-1.pfs.all.c.low": (None, "5.0, 4.5, 10.0 are not in order"),
            "table-1.pfs.all.c.high": (None, "5.0, 4.5, 10.0 are not in order"),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("error", ERRORS)
def test_one_wrong_number_is_found_with_what_it_should_be(tmp_path, error):
    change, expected = ERRORS[error]
    assert wrong(audit(write_paper(tmp_path, change))) == expected


def test_a_denominator_without_the_unknown_is_a_convention(tmp_path):
    rows = (
        '[female, Female, "8 (40.0)", "9 (90.0)", ""]',
        '[female, Female, "4 (25.0)", "9 (90.0)", ""]\n'
        '      - [unknown, Unknown, "4 (-)", "-", ""]',
    )
    found = audit(write_paper(tmp_path, rows, ('"12 (60.0)"', '"12 (75.0)"'), ("{60}", "{75}")))
    known = verdicts(found)["table-1.sex.male.t.percent"]
    assert known == ("recomputed under a convention", "75.0")
    assert "text.men.3" in wrong(found)  # of all 20, as the sentence says


def test_an_interval_off_its_centre_contradicts_only_where_the_others_are_centred(tmp_path):
    rows = "".join(
        f'\n      - [x{n}, X, "{n + 10}.0 ({n + 5}.0-{n + 15}.0)", "", ""]' for n in range(10)
    )
    line = '- [all, All, "10.0 (8.0-12.0)", "7.5 (5.0-10.0)", "0.30"]'
    centred = (line, line.replace("5.0-10.0", "5.0-10.4") + rows)
    assert wrong(audit(write_paper(tmp_path / "centred", centred))) == {
        f"table-1.pfs.all.c.{part}": (
            should,
            "7.5 (5.0 to 10.4) is not centred, as the other 11 intervals are: "
            f"the {words} would be {should}",
        )
        for part, words, should in (
            ("median", "median", "7.7"),
            ("low", "lower limit", "4.6"),
            ("high", "upper limit", "10.0"),
        )
    }
    skewed = (line, line.replace("5.0-10.0", "5.0-12.0"))
    assert wrong(audit(write_paper(tmp_path / "skewed", skewed))) == {}


CONTRADICTIONS = {
    "results.os.7": "56.2",
    "table-1.uptake.score_3.p.p": "0.91",
    "table-1.chromogranin_a.above.p.p": "0.72",
    "table-1.alkaline_phosphatase.above.i.percent": "15.2",
    "table-1.alkaline_phosphatase.above.r.percent": "20.8",
    "table-4.extent.extensive.p.p": "0.86",
    "table-4.who_grade.grade_1.control.percent": "53.6",
    "table-5.pfs.midgut.control_n.percent": "63.6",
    "table-5.pfs.unknown_origin.n.percent": "18.5",
    "table-5.os.unknown_origin.n.percent": "18.5",
    "table-5.os.hindgut.i.median": "97.6",
    "table-5.os.hindgut.i.low": "32.2",
    "table-5.os.hindgut.i.high": "163.8",
    "discussion.sabet_responses.4": "45.5",
    "discussion.netter_pfs.1": "8.5",
    "discussion.grade_3.4": "8",
    "discussion.grade_3.6": "3",
    "discussion.grade_3.7": "3",
}


@pytest.fixture(scope="module")
def study():
    return read_published("van-der-zwan-2018")


def test_the_contradictions_of_the_paper_are_found(study):
    result = audit(study)
    assert {one.figure.id: one.computed for one in result.contradictions} == CONTRADICTIONS
    fisher = [one for one in result if one.figure.statistic in ("Fisher p", "p")]
    fisher = [one for one in fisher if "Fisher" in one.note]
    assert len(fisher) == 37  # the reference counted 34 of 37 that Fisher's test gives
    assert sum(one.verdict == "contradicts" for one in fisher) == 3
    assert all(one.note for one in result if one.verdict.startswith("recomputed"))


def test_any_other_number_in_a_recomputed_place_would_be_found(study):
    """Every ninth figure that follows from others is printed four units higher."""
    follows = [one for one in audit(study) if one.verdict.startswith("recomputed")]
    for one in follows[::9]:
        figure = one.figure
        printed = figure.printed
        value = printed.value + 4 * printed.unit
        changed = replace(study, figures=dict(study.figures))
        other = replace(printed, value=value, text=str(value), below=False)
        if figure.printed.decimals == 0 and figure.follows and figure.follows.reading != "exactly":
            continue  # more than 80 is as true of 82.3 as of 84
        changed.figures[figure.id] = replace(figure, printed=other)
        assert figure.id in wrong(audit(changed)), figure.id
