"""A small pack on disk, its book, and a reviewer who writes into it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from oncorules.errors import DataError
from oncorules.report.rulebook.book_workbook import write_book_workbook
from oncorules.report.rulebook.review import Review, read_review
from oncorules.rules.catalogue.chapters import Contents, read_contents

PACK = """\
id: trial
title: A <b>trial</b>
version: 1.0.0
language: 1
parameters:
  window: {value: 28, unit: day, source: protocol}   # days
presets:
  strict: {window: 14}
tables:
  doses:
    one_row_per: [USUBJID]
    from: EX
    columns: {N: {value: count(*)}}
rules:
  - id: AGE-ADULT        # from the protocol
    title: Everybody is an adult
    kind: check
    source: ours
    applies_to: {table: DM}
    parameters:
      adult: {value: 18, unit: year, source: ours}   # as of consent
      how: {value: at least, choices: [at least, more than], source: ours}
    condition: case when how = 'at least' then AGE >= adult else AGE > adult end
    message: "=Age {AGE} <script>alert(1)</script>"
    examples:
      columns: [AGE, expect]
      rows: [[18, met], [17, not met]]
  - id: EX-END
    title: A treatment ends in the window
    kind: check
    severity: warning
    source: {document: Protocol, section: "5"}
    applies_to: {table: EX, where: EXTRT <> '<i>'}
    condition: days_between(EXSTDTC, EXENDTC) <= window
"""


def contents_of(path: Path | str = "trial.yaml", **asked: Any) -> Contents:
    """The contents of a pack file."""
    return read_contents([path], **asked)


class Reviewer:
    """Somebody who writes into the workbook of the pack in the working folder."""

    def __init__(self, **asked: Any) -> None:
        Path("trial.yaml").write_text(PACK, "utf-8")
        self.asked = asked
        write_book_workbook(contents_of(with_sql=False, **asked), Path("book.xlsx"))
        self.book = openpyxl.load_workbook("book.xlsx")

    def write(self, row: str, sheet: str = "Rules", /, **cells: Any) -> None:
        """Write into the row of a rule or parameter, by the names of columns."""
        there = self.book[sheet]
        heads = [cell.value for cell in there[1]]
        key = heads.index("rule" if sheet == "Rules" else "address")
        for line in there.iter_rows(min_row=2):
            if line[key].value == row:
                for name, value in cells.items():
                    line[heads.index(name.replace("_", " "))].value = value
                return
        raise AssertionError(f"no row {row}")

    def read(self, **asked: Any) -> Review:
        """Save the workbook and read it back."""
        self.book.save("reviewed.xlsx")
        return read_review(Path("reviewed.xlsx"), contents_of(**{**self.asked, **asked}))

    def refused(self, message: str, **asked: Any) -> None:
        """Assert that it is refused with a message."""
        with pytest.raises(DataError, match=re.escape(message)):
            self.read(**asked)
