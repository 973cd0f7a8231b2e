"""Exports with lesions that are wrong: what a site is asked, and what is derived all the same."""

from __future__ import annotations

from pathlib import Path

from oncorules.rules.deriving.derive import derive
from oncorules.validation.run import validate

TU = ["T01,TARGET,LIVER,1,2024-01-02"]
NODE = ["T01,TARGET,LYMPH NODE,1,2024-01-02"]
BASELINE = "T01,LDIAM,30,1,2024-01-02"
PARTIAL = "T01,LDIAM,20,2,2024-03-01"


def write(
    folder: Path, tr: list[str], tu: list[str] = TU, rs: tuple[str, ...] = (), death: str = ""
) -> None:
    """Write one subject who is treated from 2024-01-10."""
    tables = {
        "dm": ["RFXSTDTC,DTHDTC,ARMNRS", f"2024-01-10,{death},NOT ASSIGNED"],
        "tu": ["TUSEQ,TULNKID,TUSTRESC,TULOC,VISITNUM,TUDTC", *number(tu)],
        "tr": [
            "TRSEQ,TRLNKID,TRTESTCD,TRSTRESN,VISITNUM,TRDTC,TRSTRESU",
            *(f"{one},mm" for one in number(tr)),
        ],
        "rs": ["RSSEQ,RSTESTCD,RSSTRESC,VISITNUM,RSDTC", *number(rs)],
    }
    if not rs:
        del tables["rs"]
    for name, (head, *rows) in tables.items():
        text = "\n".join([f"USUBJID,{head}", *(f"A,{row}" for row in rows)])
        (folder / f"{name}.csv").write_text(text + "\n", "utf-8")


def number(rows: list[str] | tuple[str, ...]) -> list[str]:
    return [f"{place},{row}" for place, row in enumerate(rows, 1)]


def findings(folder: Path) -> list[str]:
    """Return the findings of the lesions and responses, as rule and message."""
    with validate(folder, ["sdtm", "recist-checks"], structure="sql") as result:
        found = result.findings.worst(50)
    return sorted(
        f"{one.rule_id}: {one.message}"
        for one in found
        if one.rule_id[:3] in ("TR-", "TU-", "RS-", "ASS")
    )


def told(folder: Path) -> tuple[list[str], str]:
    """Return the overall responses by visit, and the progression-free survival."""
    with derive(folder, ["time-to-event"]) as result:
        adrs, adtte = (result.table(name).to_pylist() for name in ("ADRS", "ADTTE"))
    overall = [
        f"{row['VISITNUM']:g} {row['AVALC']}" for row in adrs if row["PARAMCD"] == "OVRLRESP"
    ]
    (survival,) = (row for row in adtte if row["PARAMCD"] == "PFS")
    return overall, f"{survival['ADT']} {survival['EVNTDESC'] or survival['CNSDTDSC']}"


def test_a_measured_lesion_that_nobody_identified_is_asked_about_and_not_in_the_sum(
    tmp_path: Path,
) -> None:
    write(tmp_path, [BASELINE, "T02,LDIAM,30,1,2024-01-02", PARTIAL, "T02,LDIAM,90,2,2024-03-01"])
    assert (
        findings(tmp_path)
        == ["TR-LESION-KNOWN: Lesion T02 is measured by INVESTIGATOR, but not in TU."] * 2
    )
    assert told(tmp_path) == (["2 PR"], "2024-03-01 LAST ADEQUATE ASSESSMENT")


def test_of_two_baselines_the_last_before_treatment_counts_and_the_other_is_noticed(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        ["T01,LDIAM,50,1,2024-01-02", "T01,LDIAM,30,1.1,2024-01-08", "T01,LDIAM,24,2,2024-03-01"],
    )
    assert findings(tmp_path) == [
        "TR-BEFORE-BASELINE: Visit 1 of INVESTIGATOR, on 2024-01-02, is before the baseline, "
        "visit 1.1; it counts for nothing."
    ]
    assert told(tmp_path) == (
        ["2 SD"],
        "2024-03-01 LAST ADEQUATE ASSESSMENT",
    )  # 24 of 30, not of 50


def test_a_measurement_long_before_the_baseline_is_no_nadir(tmp_path: Path) -> None:
    write(tmp_path, ["T01,LDIAM,20,0.5,2023-11-02", BASELINE, "T01,LDIAM,32,2,2024-03-01"])
    found = findings(tmp_path)
    assert [one for one in found if one.startswith("TR-BEFORE-BASELINE")] == [
        "TR-BEFORE-BASELINE: Visit 0.5 of INVESTIGATOR, on 2023-11-02, is before the baseline, "
        "visit 1; it counts for nothing."
    ]
    assert told(tmp_path)[0] == ["2 SD"]  # from 20 mm it were progression


def test_a_negative_diameter_is_asked_about_and_not_measured(tmp_path: Path) -> None:
    write(tmp_path, [BASELINE, "T01,LDIAM,-20,2,2024-03-01"])
    assert findings(tmp_path) == ["TR-SIZE-RANGE: LDIAM of T01 is -20 mm, expected 0 to 400."]
    assert told(tmp_path) == (["2 NE"], "2024-01-10 START, NO ADEQUATE ASSESSMENT")


def test_the_diameters_of_a_node_that_were_exchanged_are_asked_about_and_taken_as_they_stand(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        [
            "T01,LDIAM,16,1,2024-01-02",
            "T01,LPERP,25,1,2024-01-02",
            "T01,LDIAM,24,2,2024-03-01",
            "T01,LPERP,16,2,2024-03-01",
        ],
        NODE,
    )
    assert findings(tmp_path) == [
        "TR-LONG-SHORT: Lesion T01 at visit 1 measures 16 by 25 mm (INVESTIGATOR)."
    ]
    assert told(tmp_path)[0] == ["2 PR"]  # 16 of 25; of 16 it were stable


def test_two_overall_responses_of_one_day_are_asked_about_and_the_worst_counts(
    tmp_path: Path,
) -> None:
    write(
        tmp_path, [BASELINE, PARTIAL], rs=("OVRLRESP,PR,2,2024-03-01", "OVRLRESP,SD,2.1,2024-03-01")
    )
    assert findings(tmp_path) == [
        f"RS-ONE-A-DAY: 2 overall responses of INVESTIGATOR on 2024-03-01; that of visit {one}."
        for one in ("2 is PR", "2.1 is SD")
    ]
    with derive(tmp_path, ["recist-1.1"], settings={"response_source": "recorded"}) as result:
        rows = result.table("ADRS").to_pylist()
    assert [row["AVALC"] for row in rows if row["PARAMCD"] == "BOR"] == ["SD"]


def test_a_death_before_the_last_scan_is_asked_about_and_is_the_event(tmp_path: Path) -> None:
    write(tmp_path, [BASELINE, PARTIAL], death="2024-02-15")
    assert findings(tmp_path) == [
        "ASSESSED-AFTER-DEATH: Assessed on 2024-03-01, death on 2024-02-15."
    ]
    assert told(tmp_path) == (["2 PR"], "2024-02-15 DEATH")
