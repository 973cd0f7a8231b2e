"""A small paper, written to disk file by file; tests change one line of it."""

from __future__ import annotations

from pathlib import Path

PAPER = """\
title: A small paper
authors: A. Author
journal: None
doi: 10.1000/none
licence: CC0-1.0
parts: [text, table-1]
groups: {treated: Treated, control: Control}
names: [Ki-67]
phrases:
  - {text: "95% CI", number: 95, design: level of confidence}
"""
TABLE = """\
table: "1"
title: Characteristics
columns:
  t: {header: "Treated (n = {20})", group: treated}
  c: {header: "Control (n = {10})", group: control}
  p: {header: p value, test: fisher, compares: [t, c]}
blocks:
  sex:
    header: Sex
    cells: n (%)
    partition: true
    rows:
      - [male, Male, "12 (60.0)", "1 (10.0)", "0.02"]
      - [female, Female, "8 (40.0)", "9 (90.0)", ""]
  pfs:
    header: PFS
    cells: median (95% CI)
    test: log-rank
    rows:
      - [all, All, "10.0 (8.0-12.0)", "7.5 (5.0-10.0)", "0.30"]
"""
TEXT = """\
section: Text
sentences:
  men:
    text: "Of {20} patients {twelve} ({60}%) were men; Ki-67 was known in {3}, unknown in {17}."
    numbers:
      - {size: treated}
      - {is: table-1.sex.male.t.n}
      - {percent: [this.2, "group:treated"]}
      - {cohort: Ki-67 known, group: treated}
      - {difference: ["group:treated", this.4]}
    total: {parts: [4, 5], of: 1}
  pfs:
    text: "Median PFS was {10.0} months (95% CI {8.0}-{12.0}); others [7] saw {9}."
    numbers:
      - {cell: table-1.pfs.all.t}
      - {external: "7"}
"""
FILES = {"paper.yaml": PAPER, "table-1.yaml": TABLE, "text.yaml": TEXT}


def write_paper(folder: Path, *changes: tuple[str, str], **more: str) -> Path:
    """Return a study with the small paper, in which some lines were changed.

    Args:
        folder: gets a folder `small`.
        changes: text that stands in one of the files, and what to write instead.
        more: further files, by name without `.yaml`.
    """
    root = folder / "small"
    (root / "published").mkdir(parents=True)
    unused = dict(changes)
    for name, text in {**FILES, **{f"{name}.yaml": text for name, text in more.items()}}.items():
        for old, new in changes:
            if old in text:
                text, _ = text.replace(old, new), unused.pop(old, None)
        (root / "published" / name).write_text(text, encoding="utf-8")
    assert not unused, f"no file has {list(unused)}"
    return root
