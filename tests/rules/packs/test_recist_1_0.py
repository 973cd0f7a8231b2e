"""RECIST 1.0 as a difference: the same export by either version."""

from __future__ import annotations

from pathlib import Path

import pytest

from oncorules.rules.deriving.derive import derive

# Sizes in mm, longest diameter x short axis where it is a node, at baseline, week 8 and week 16;
# then the overall responses by 1.1 and by 1.0.
COURSES = {
    # 20 % and 4 mm: 1.1 asks for 5 mm
    "small": ({"LIVER": "20 | 24 | 24"}, "SD SD", "PD PD"),
    # a node by its short axis: 15 to 9 mm is normal, and its longest diameter is 20 % less
    "node": ({"LYMPH NODE": "30x15 | 24x9 | 24x9"}, "CR CR", "SD SD"),
    # nothing is no growth from nothing, whatever the least growth is
    "gone": ({"LIVER": "30 | 0 | 0"}, "CR CR", "CR CR"),
    "partial": ({"LIVER": "30 | 21 | 21"}, "PR PR", "PR PR"),
}


def write(folder: Path) -> None:
    """Write the export of these courses."""
    tu = ["USUBJID,TUSEQ,TULNKID,TUTESTCD,TUSTRESC,TULOC,VISITNUM,TUDTC"]
    tr = ["USUBJID,TRSEQ,TRLNKID,TRTESTCD,TRSTRESC,TRSTRESN,TRSTRESU,VISITNUM,TRDTC"]
    days = ["2024-01-01", "2024-02-26", "2024-04-22"]
    for subject, (lesions, _, _) in COURSES.items():
        for link, (organ, sizes) in enumerate(lesions.items(), 1):
            tu.append(f"{subject},{link},T{link},TUMIDENT,TARGET,{organ},1,{days[0]}")
            for visit, size in enumerate(sizes.split(" | "), 1):
                for test, mm in zip(("LDIAM", "LPERP"), size.split("x"), strict=False):
                    row = f"{subject},{len(tr)},T{link},{test},{mm},{mm},mm,{visit}"
                    tr.append(f"{row},{days[visit - 1]}")
    (folder / "tu.csv").write_text("\n".join(tu) + "\n", "utf-8")
    (folder / "tr.csv").write_text("\n".join(tr) + "\n", "utf-8")


@pytest.mark.parametrize(("pack", "place"), [("recist-1.1", 1), ("recist-1.0", 2)])
def test_the_versions_answer_by_their_own_limits(tmp_path: Path, pack: str, place: int) -> None:
    write(tmp_path)
    found: dict[str, list[str]] = {}
    with derive(tmp_path, [pack]) as result:
        rows = [row for row in result.table("ADRS").to_pylist() if row["PARAMCD"] == "OVRLRESP"]
    for row in sorted(rows, key=lambda row: row["VISITNUM"]):
        found.setdefault(row["USUBJID"], []).append(row["AVALC"])
    assert {one: " ".join(answers) for one, answers in found.items()} == {
        one: told[place] for one, told in COURSES.items()
    }


def test_a_response_must_be_confirmed_to_be_disease_control(tmp_path: Path) -> None:
    write(tmp_path)
    with derive(tmp_path, ["recist-1.0"]) as result:
        rows = result.table("ADRS").to_pylist()
    best = {row["USUBJID"]: row["AVALC"] for row in rows if row["PARAMCD"] == "CBOR"}
    assert best == {"small": "PD", "node": "SD", "gone": "CR", "partial": "PR"}


def test_the_difference_is_seven_values() -> None:
    from oncorules.rules.loading.loader import load_pack

    header = load_pack("recist-1.0", examples=False).header
    assert header is not None
    assert {change["at"]: str(change["now"]) for change in header.data["changes"]} == {
        "most_targets": "10",
        "most_per_organ": "5",
        "measurable_lesion": "20",
        "pd_absolute": "0",
        "confirmation_required": "yes",
        "small_new_node": "unequivocal",
        "nodes_by": "longest diameter",
    }
