"""What the checks find in the demo export, each looked up by hand in its tables."""

from __future__ import annotations

from pathlib import Path

import oncorules
from oncorules.validation.run import validate

DEMO = Path(oncorules.__file__).parent / "examples/demo-export"

# subject, rule, visit; the reasoning is beside it
FINDINGS = [
    # 8 mm of a node were normal, and 12 mm are no more: back after complete response
    "002 RS-DERIVED-OVERALL: CR, not PD",
    "002 RS-DERIVED-TARGET: CR, not PD",
    # the reader recorded a new lesion and stable disease
    "003 RS-DERIVED-OVERALL: SD, not PD",
    # one of the targets has no measurement, and the rest has not grown
    "004 RS-DERIVED-OVERALL: PD, not NE",
    "004 RS-DERIVED-TARGET: PD, not NE",
    # 34 mm of 65 mm are left
    "005 RS-DERIVED-TARGET: CR, not PR",
    # 36 mm after 38 mm
    "009 RS-DERIVED-TARGET: PD, not SD",
    # 71 mm of 82 mm: 13 % less, twice
    "011 RS-DERIVED-OVERALL: PR, not SD",
    "011 RS-DERIVED-OVERALL: PR, not SD",
    "011 RS-DERIVED-TARGET: PR, not SD",
    "011 RS-DERIVED-TARGET: PR, not SD",
    # a target was not measured; later 41 mm after 45 mm and no new lesion
    "012 RS-DERIVED-OVERALL: PD, not SD",
    "012 RS-DERIVED-OVERALL: PR, not NE",
    "012 RS-DERIVED-TARGET: PR, not NE",
    # 32 mm and 29 mm of 42 mm: 24 % and 31 % less
    "013 RS-DERIVED-OVERALL: CR, not PR",
    "013 RS-DERIVED-OVERALL: PR, not SD",
    "013 RS-DERIVED-TARGET: PR, not SD",
]


def test_the_demo_has_seventeen_responses_that_its_lesions_do_not_give() -> None:
    with validate(DEMO, ["recist-checks"], structure="sql") as result:
        found = [one for one in result.findings.worst(100) if "." not in one.rule_id]
    told = []
    for one in found:
        _, recorded, *_ = one.message.split(" ")
        given = one.message.split(" give ")[1].split(" ")[0]
        told.append(
            f"{str(one.subject)[-3:]} {one.rule_id}: {recorded.strip(';')}, not {given.strip(':')}"
        )
    assert sorted(told) == FINDINGS


def test_a_finding_tells_both_reasonings() -> None:
    with validate(DEMO, ["recist-checks"], structure="sql") as result:
        messages = [one.message for one in result.findings.worst(100)]
    assert (
        "Recorded PR (target PR, non-target NON-CR/NON-PD); the lesions give SD: target SD "
        "(neither shrunk nor grown enough), non-target NON-CR/NON-PD (a non-target persists), "
        "no new lesion; sum 71, nadir 79, baseline 82."
    ) in messages
