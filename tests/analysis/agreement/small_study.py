"""A small study on disk: a pack, a paper of one page, a plan, and an export of six rows."""

from __future__ import annotations

from pathlib import Path

PACK = """\
id: small
title: A small study
version: "0.1"
language: 1
source: {document: ours}
export_tables:
  TIMES:
    label: Times of six subjects
    key: [USUBJID]
    columns:
      USUBJID: {type: text, core: required, label: Subject}
      ARM: {type: text, core: required, label: Arm}
      AGE: {type: integer, core: required, label: Age}
      WEEKS: {type: integer, core: required, label: Weeks}
      EVENT: {type: integer, core: required, label: 1 for an event}
"""
DERIVED = """\
tables:
  times:
    title: Weeks to the event
    source: ours
    one_row_per: [USUBJID]
    from: TIMES
    columns:
      TRTA: {value: ARM}
      PARAMCD: {value: "'EVENT'"}
      AVAL: {value: WEEKS}
      CNSR: {value: 1 - EVENT}
publish:
  ADTTE:
    from: times
    columns: [USUBJID, TRTA, AGE, PARAMCD, AVAL, CNSR]
    label: Time-to-Event Analysis Dataset
"""
PAPER = """\
title: A small paper
authors: A. Author
journal: None
doi: 10.1000/none
licence: CC0-1.0
parts: [text, table-1]
groups: {all: Everybody, a: Arm A, b: Arm B}
"""
TEXT = """\
section: Text
sentences:
  size:
    text: "{6} subjects, {3} in arm A and {3} in arm B; {50}% in arm A"
    numbers:
      - {size: all}
      - {size: a}
      - {size: b}
      - {percent: ["group:a", "group:all"]}
  change:
    text: "The coefficient is {-0.11}; others [7] saw {2}; {five} are planned, {0.9} is guessed"
    numbers:
      - {cohort: coefficient, analysis: cox.AGE.value}
      - {external: "7"}
      - {design: a planned number}
      - {cohort: a guess, not_computable: nobody wrote it down}
"""
TABLE = """\
table: "1"
title: Time to the event
columns:
  at_risk: {header: At risk, cells: n, analysis: "km_{block}.risk_{row}"}
  survival: {header: Survival, analysis: "km_{block}.survival_{row}"}
blocks:
  a: {header: Arm A, cells: value, rows: [["2", Week 2, "3", "0.67"], ["4", Week 4, "2", "0.33"]]}
  b: {header: Arm B, cells: value, rows: [["5", Week 5, "2", "0.50"]]}
"""
PLAN = """\
analyses:
  all: {count: {of: ADTTE}}
  a: {count: {of: ADTTE, where: {TRTA: A}}}
  b: {count: {of: ADTTE, where: {TRTA: B}}}
  km_a: {survival: {of: ADTTE, where: {TRTA: A}, interval: log, at: [2, 4]}}
  km_b: {survival: {of: ADTTE, where: {TRTA: B}, interval: log, at: 5}}
  cox: {cox: {of: ADTTE, where: {PARAMCD: EVENT}, covariates: AGE, ties: efron}}
"""
EXPORT = """\
USUBJID,ARM,AGE,WEEKS,EVENT
S1,A,46,2,1
S2,A,55,4,1
S3,A,50,6,0
S4,B,61,3,0
S5,B,44,5,1
S6,B,58,9,0
"""


def write_study(folder: Path, *changes: tuple[str, str], **more: str) -> Path:
    """Return the folder of the study `small`, in which some lines were changed.

    Args:
        folder: gets a folder `small`, and beside it `export` with the rows.
        changes: text that stands in one of the files, and what to write instead.
        more: further files of `published`, by name without `.yaml`.
    """
    files = {
        "small/pack.yaml": PACK,
        "small/times.yaml": DERIVED,
        "small/published/paper.yaml": PAPER,
        "small/published/text.yaml": TEXT,
        "small/published/table-1.yaml": TABLE,
        "small/published/analyses.yaml": PLAN,
        "export/times.csv": EXPORT,
    } | {f"small/published/{name}.yaml": text for name, text in more.items()}
    unused = dict(changes)
    for name, text in files.items():
        for old, new in changes:
            if old in text:
                text, _ = text.replace(old, new), unused.pop(old, None)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert not unused, f"no file has {list(unused)}"
    return folder / "small"
