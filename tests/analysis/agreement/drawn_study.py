"""A small study with an export: subjects, a printed table, and a figure of each kind."""

from __future__ import annotations

from pathlib import Path

from ..published.papers import write_paper

PACK = """\
id: small
title: A small study
version: 1.0.0
language: 1
parameters:
  adult: {value: 18, unit: year, source: ours}
export_tables:
  SUBJ:
    label: Subjects
    key: [USUBJID]
    columns:
      USUBJID: {type: text, label: subject}
      ARM: {type: text, label: arm}
      SEX: {type: text, label: sex}
      AGE: {type: number, label: age}
      AVAL: {type: number, label: months}
      CNSR: {type: number, label: censored}
      BEST: {type: number, label: change}
      BOR: {type: text, label: response}
      LAST: {type: number, label: months}
      DIED: {type: text, label: died}
rules:
  - id: ADULT
    title: The subject is an adult
    kind: eligibility
    source: ours
    applies_to: {table: SUBJ}
    condition: AGE >= adult
selections:
  adults: {title: Adults, of: SUBJ, steps: [ADULT], if_not_evaluable: leave out}
tables:
  subject:
    title: One subject
    one_row_per: [USUBJID]
    from: SUBJ
    columns:
      START: {value: 0}
publish:
  ADSL: {from: subject}
  ATTR: {from: adults}
"""
PLAN = """\
analyses:
  treated: {count: {of: ADSL, where: {ARM: T}}}
  control: {count: {of: ADSL, where: {ARM: C}}}
tables:
  table-1:
    of: ADSL
    interval: spss
    notes: ["An adult has {adult} years."]
    columns: {t: {where: {ARM: T}}, c: {where: {ARM: C}}}
    blocks:
      sex: {by: SEX, rows: {male: M, female: F}}
      pfs: {rows: {all: {}}}
figures:
  flow: {title: Who is in, flow: {selections: {adults: Adults}}}
  curves:
    title: Curves
    notes: ["An adult has {adult} years."]
    survival:
      unit: months
      ticks: [0, 6, 12]
      interval: log
      panels:
        PFS: {of: ADSL, groups: {T: {ARM: T}, C: {ARM: C}}}
  fall: {title: Fall, waterfall: {of: ADSL, subject: USUBJID, value: BEST, by: BOR, order: [PR, SD]}}
  swim:
    title: Swim
    swimmer: {of: ADSL, subject: USUBJID, course: ARM, start: START, end: START, last: LAST, died: DIED, unit: months}
"""  # noqa: E501
SUBJECTS = """\
USUBJID,ARM,SEX,AGE,AVAL,CNSR,BEST,BOR,LAST,DIED
A,T,M,70,9,0,-40,PR,12,Y
B,T,F,61,12,1,-5,SD,12,
C,T,F,17,3,0,,,5,Y
D,C,M,,4,0,25,PD,8,Y
E,C,M,55,7,1,0,SD,7,
"""


def write_study(folder: Path, plan: str = PLAN, pack: str = PACK) -> Path:
    """Write the study, whose paper is that of `papers.py`, and return its folder."""
    study = write_paper(folder, analyses=plan)
    (study / "pack.yaml").write_text(pack, "utf-8")
    return study


def write_export(folder: Path, subjects: str = SUBJECTS) -> Path:
    """Write the export and return its folder."""
    export = folder / "export"
    export.mkdir(parents=True)
    (export / "subj.csv").write_text(subjects, "utf-8")
    return export
