"""Figures that no cohort has together are refused before the search, each with its place."""

import pytest

pytest.importorskip("numba")

from oncorules.analysis.audit.audit import audit
from oncorules.calibration.contradictions import refuse_contradictions
from oncorules.calibration.solve import solve
from oncorules.errors import RuleError

MIDGUT = '[midgut, Midgut NET, "54 (32.1)", "40.8'
LIMITED = '[limited, Limited, "23 (13.7)", "23 (13.9)"'
AGE = '"59 (32\u201378)", "63 (35\u201380)"'


@pytest.mark.parametrize(
    ("file", "old", "new", "messages"),
    [
        ("table-5.yaml", MIDGUT, MIDGUT.replace("54", "55", 1),
         ["paper/published/table-5.yaml:23: table-5.pfs.midgut.n.n prints 55, but "
          "5 + 55 + 12 + 53 + 13 + 31 = 169, not 168; ",
          "paper/published/table-5.yaml:25: table-5.pfs.pancreatic.n.n prints 53, but "
          "5 + 55 + 12 + 53 + 13 + 31 = 169, not 168; 52 is expected"]),
        ("table-1.yaml", LIMITED, LIMITED.replace("23 (13.7)", "24 (13.7)"),
         ["paper/published/table-1.yaml:68: table-1.extent.limited.i.n prints 24, but "
          "24 + 122 + 23 = 169, not 168; 23 is expected"]),
        ("table-1.yaml", AGE, AGE.replace("59", "79"),
         ["paper/published/table-1.yaml:16: table-1.age.years.i.median prints 79, but "
          "32, 79, 78 are not in order"]),
        ("results.yaml", "rs = {0.259}", "rs = {0.959}",
         ["paper/published/results.yaml:90: results.response_correlation.2 prints 0.959, but no "
          "table of these responses has a correlation of 0.959"]),
    ],
)  # fmt: skip
def test_figures_that_contradict_are_named_before_the_search(
    changed, plan, tmp_path, file, old, new, messages
):
    told: list[int] = []
    with pytest.raises(RuleError) as caught:
        solve(
            changed(file, old, new),
            tmp_path / "out",
            plan=plan,
            progress=lambda _, done, __: told.append(done),
        )
    said = [str(problem) for problem in caught.value.problems]
    for message in messages:
        assert any(one.startswith(message) for one in said), said
    assert max(told, default=0) == 0  # no stage was run
    assert not (tmp_path / "out").exists()


def test_what_the_paper_contradicts_itself_in_hinders_no_search():
    found = audit("van-der-zwan-2018")
    assert found.contradictions
    refuse_contradictions(found)


def test_grades_that_nobody_can_have_are_named(changed, plan, tmp_path):
    """One has grade 4 of haemoglobin and one of leucocytes, where the paper counts one subject."""
    old = '[leucocytes, Leucocytes, "16", "1", "14", "0"'
    folder = changed("table-6.yaml", old, old.replace('"14", "0"', '"14", "1"'))
    with pytest.raises(RuleError) as caught:
        solve(folder, tmp_path / "out", plan=plan)
    assert {
        str(problem).partition(" prints ")[2]
        for problem in caught.value.problems
        if "leucocytes.i_4" in str(problem)
    } == {"1, but grade 4 of 2 tests cannot be that of 1 in all"}
    assert not (tmp_path / "out").exists()
