"""What a reviewer wrote into the workbook of a rule book, read back as comments and a patch.

Only the yellow columns are read. All others must be as the book has them, since a word in the wrong
column would else be lost in silence. Of a rule that changed since the book was made, what the book
says and what holds now stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from oncorules.data.cells import cell_text as text_of
from oncorules.errors import DataError, did_you_mean
from oncorules.report.cell_text import cell_text
from oncorules.report.edited_sheet import (
    EditedRow,
    bare,
    read_edited_rows,
    refuse_problems,
    short,
)
from oncorules.report.rulebook import book_sheets as sheets
from oncorules.report.rulebook.edits import change_parameter, change_severity
from oncorules.report.workbook import Cell, Field
from oncorules.rules.catalogue.chapters import DIGEST_LENGTH, Chapter, Contents
from oncorules.rules.loading.model_base import scalar_text
from oncorules.rules.loading.parameters import ParameterValue, read_setting
from oncorules.rules.loading.yaml_edits import CannotEdit, Edit, folder_of, patches

_CHANGED = "changed since the book was made"
_MOVING = {"file", "version", "digest"}  # they may differ though the rule says the same
_DIGEST = re.compile(rf"[0-9a-f]{{{DIGEST_LENGTH}}}")


@dataclass
class Review:
    """What came back.

    Attributes:
        comments: lines to read, each beginning with `#`, so that `git apply` passes them over.
        patch: the changes to rule files as a unified diff; empty without any.
    """

    comments: list[str] = field(default_factory=list)
    patch: str = ""


def read_review(path: Path, contents: Contents) -> Review:
    """Return what a reviewer wrote.

    Args:
        path: the workbook that `rules docs --out` wrote.
        contents: the packs that it was made of, as they are today.

    Raises:
        DataError: `book.xlsx: Rules!O5: "agre" is no verdict; did you mean "agree"?`; a sheet or
            column has another name, a cell that is not read was changed, a rule is not known, or
            the book is of other packs.
    """
    return _Reader(path, contents).read()


class _Reader:
    """Reads one workbook beside the rules as they are."""

    def __init__(self, path: Path, contents: Contents) -> None:
        self.path, self.contents = path, contents
        self.chapters = {(one.pack, one.id): one for one in contents.chapters}
        self.packs = [pack.id for pack in contents.packs]
        read = {value.address for one in contents.chapters for value in one.parameters}
        #: Parameters of rules that changed, and those of no rule: their values may be others now.
        self.stale = {one.address for one in contents.parameters} - read
        self.problems: list[str] = []
        self.edits: list[Edit] = []
        self.review = Review()
        self.verdicts: dict[str, int] = {}

    def read(self) -> Review:
        """Read both sheets; every fault comes at once."""
        seen: dict[tuple[str, str], str] = {}
        for row in self._rows(sheets.RULES, sheets.RULE_FIELDS, len(self.chapters)):
            self._guarded(partial(self._rule, row, seen))
        values = {one.address: one for one in self.contents.parameters}
        for row in self._rows(sheets.PARAMETERS, sheets.PARAMETER_FIELDS, len(values)):
            self._guarded(partial(self._parameter, row, values))
        refuse_problems(self.problems)
        counts = [f"{self.verdicts.get(one, 0):,} {one}" for one in sheets.VERDICTS]
        left = len(seen) - sum(self.verdicts.values())
        told = f"# {len(seen):,} rules and tables: {', '.join(counts)}, {left:,} without a verdict"
        self.review.comments.insert(0, told)
        try:
            self.review.patch = "".join(patches(self.edits))
        except CannotEdit as error:
            raise DataError(f"{error}; make the changes of {self.path} by hand") from None
        folder = folder_of(self.edits)
        if self.review.patch and folder != Path.cwd().resolve():
            self.review.comments.append(f"# the patch is to be applied in {folder}")
        return self.review

    def _rows(self, name: str, fields: Sequence[Field], rows: int) -> list[EditedRow]:
        columns = [one.name for one in fields]
        return list(read_edited_rows(self.path, name, rows, columns, name.lower()))

    def _guarded(self, read: Callable[[], None]) -> None:
        try:
            read()
        except ValueError as error:
            self.problems.append(f"{self.path}: {error}")

    def _rule(self, row: EditedRow, seen: dict[tuple[str, str], str]) -> None:
        one = self._chapter(row)
        key = (one.pack, one.id)
        if key in seen:
            raise ValueError(
                f"{row.at('rule')}: {one.id} stands in {seen[key]} already; "
                "take one of the two rows out"
            )
        seen[key] = row.at("rule")
        digest = row.text("digest")
        if not _DIGEST.fullmatch(digest):
            raise ValueError(
                f'{row.at("digest")}: "{short(digest)}" is no digest of a rule; undo this change'
            )
        told = sheets.rule_row(one)
        changed = digest != one.digest
        if changed:
            self.stale |= {value.address for value in one.parameters}
        else:
            _refuse_changed(row, sheets.RULE_FIELDS, told, _MOVING)
        verdict = _choice(row, "verdict", sheets.VERDICTS)
        severity = _choice(row, "new severity", sheets.SEVERITIES)
        comment = _comment(row)
        if verdict:
            self.verdicts[verdict] = self.verdicts.get(verdict, 0) + 1
        changes = bool(severity) and severity != one.severity
        if changes and not one.severity:
            raise ValueError(
                f"{row.at('new severity')}: {one.id} is a {one.kind} without a severity"
            )
        if not comment and not changes and (not verdict or (verdict == "agree" and not changed)):
            return
        since = list(_then_and_now(row, told)) if changed else []
        state = "" if not changed else _CHANGED if since else f"{_CHANGED}, but not its row"
        self._tell(one.place, one.address, [verdict, _by(row), state], comment)
        self.review.comments += since
        if changes:
            self._add(change_severity(one, severity), f"severity {one.severity} -> {severity}")

    def _chapter(self, row: EditedRow) -> Chapter:
        pack, rule = row.text("pack"), row.text("rule")
        if pack not in self.packs:
            raise ValueError(
                f'{row.at("pack")}: the rule is of the pack "{pack}", and this call reads '
                f"{', '.join(self.packs)}; name the packs that the book was made of"
            )
        one = self.chapters.get((pack, rule))
        if one is None:
            near = did_you_mean(rule, [name for owner, name in self.chapters if owner == pack])
            raise ValueError(
                f'{row.at("rule")}: there is no rule or table "{rule}" in {pack}{near}'
            )
        return one

    def _parameter(self, row: EditedRow, values: Mapping[str, ParameterValue]) -> None:
        address = row.text("address")
        one = values.get(address)
        if one is None:
            near = did_you_mean(address, values)
            raise ValueError(f'{row.at("address")}: there is no parameter "{address}"{near}')
        now = str(scalar_text(one.value))
        if one.address not in self.stale:
            passed = {"given by", "read by"}
            _refuse_changed(row, sheets.PARAMETER_FIELDS, sheets.parameter_row(one, ""), passed)
        said, comment = row.text("new value"), _comment(row)
        changes = False
        if said:
            try:
                value = read_setting(one.declared, said, address)
            except ValueError as error:
                raise ValueError(f"{row.at('new value')}: {error}") from None
            changes = value != one.value
        if not comment and not changes:
            return
        before = bare(row.text("value"))
        state = f"{before} in the book, {now} now" if before != bare(now) else ""
        place = _place_of(one)
        self._tell(place, address, ["", _by(row), state], comment)
        if changes:
            told = f"value {now} -> {scalar_text(value)}"
            self._add(change_parameter(one, value, self.contents), told)

    def _tell(self, place: str, name: str, parts: Sequence[str], comment: str) -> None:
        self.review.comments.append("  ".join(filter(None, [f"# {place}", name, *parts])))
        self.review.comments += [f"#     {line}" for line in comment.splitlines()]

    def _add(self, edit: Edit | str, told: str) -> None:
        """Take an edit, or tell why there is none."""
        if isinstance(edit, str):
            self.review.comments.append(f"#     {told}: {edit}")
        else:
            self.review.comments.append(f"#     {told}: in the patch below")
            self.edits.append(edit)


def _place_of(one: ParameterValue) -> str:
    found = re.fullmatch(r"default \((.+)\)", one.origin)
    return found[1] if found else one.origin


def _refuse_changed(
    row: EditedRow, fields: Sequence[Field], cells: Sequence[Cell], passed: set[str]
) -> None:
    """Refuse a row in which a cell that is not read differs from the book."""
    edited = [one.name for one in fields if one.edited]
    for one, cell in zip(fields, cells, strict=True):
        if one.edited or one.name in passed:
            continue
        before = cell_text(text_of(cell))
        if bare(row.text(one.name)) != bare(before):
            raise ValueError(
                f'{row.at(one.name)}: "{short(row.text(one.name))}" stands under {one.name}, where '
                f'the book has "{short(before)}"; only {", ".join(edited[:-1])} and {edited[-1]} '
                "are read, so write it there and undo this"
            )


def _then_and_now(row: EditedRow, cells: Sequence[Cell]) -> Iterator[str]:
    """Go through the columns that differ: lines of the book with `-`, lines of today with `+`."""
    for one, cell in zip(sheets.RULE_FIELDS, cells, strict=True):
        if one.edited or one.name in _MOVING:
            continue
        then = [bare(line) for line in row.text(one.name).splitlines()]
        now = [bare(line) for line in cell_text(text_of(cell)).splitlines()]
        gone = [f"#       - {line}" for line in then if line not in now]
        new = [f"#       + {line}" for line in now if line not in then]
        if gone or new:
            yield from (f"#     {one.name}", *gone, *new)


def _choice(row: EditedRow, column: str, words: Sequence[str]) -> str:
    said = row.text(column)
    if said and said not in words:
        near = did_you_mean(said, words) or f"; write {', '.join(words)}"
        what = "no verdict" if column == "verdict" else "no severity"
        raise ValueError(f'{row.at(column)}: "{short(said)}" is {what}{near}')
    return said


def _comment(row: EditedRow) -> str:
    said = row.text("comment")
    if said in sheets.VERDICTS and "verdict" in row.places:
        raise ValueError(
            f'{row.at("comment")}: "{said}" stands under comment; '
            f"write a verdict into {row.at('verdict')}"
        )
    return said


def _by(row: EditedRow) -> str:
    said = bare(row.text("reviewer"))
    return f"({said})" if said else ""
