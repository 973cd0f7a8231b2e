"""The file of known findings: one line per finding, in CSV, kept under version control.

```text
finding_id,rule_id,USUBJID,state,owner,explanation,expires,values_id,first_seen
4f0c...,AE-FATAL-DEATH,ONC-01-003,accepted,kim,Confirmed by the site,2024-12-31,91ab...,2024-03-01
```

Lines are sorted by rule, subject and identity, and end in a line feed: two people who add findings
change different places. A text that a spreadsheet program would run as a formula, or take for a
number where it is an identity, has an apostrophe in front, which reading takes off again. What such
a program makes of the file (a byte order mark, CR LF, semicolons or tabs) is read too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from oncorules.data.whole_file import whole_file
from oncorules.errors import DataError, did_you_mean
from oncorules.validation.known import WRITTEN_STATES, Known

COLUMNS = (
    "finding_id",
    "rule_id",
    "USUBJID",
    "state",
    "owner",
    "explanation",
    "expires",
    "values_id",
    "first_seen",
)
_IDENTITY = re.compile(r"[0-9a-f]{16}")
_LIKE_NUMBER = re.compile(r"[0-9]+(e[0-9]+)?")
_RUN_BY_SPREADSHEETS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
_SHOWN_PROBLEMS = 3


@dataclass(frozen=True)
class KnownLine:
    """One line of the file: what is known of a finding, and whose it is.

    Attributes:
        rule_id: its rule.
        subject: its subject; empty when it has none.
        known: what is known of it, as written.
        line: where it stands in the file, the header being line 1; 0 when it is not written yet.
    """

    rule_id: str
    subject: str
    known: Known
    line: int = 0


def read_known(path: str | Path) -> dict[str, KnownLine]:
    """Return the lines of a file of known findings by `finding_id`.

    Raises:
        DataError: `known.csv:7: the state "acepted" is not known; did you mean "accepted"?`; the
            file is missing, is no such file, or has an identity twice.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError(
            f"there is no file {path}; make one with oncorules known RUN --file {path}"
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not in UTF-8; save it as CSV UTF-8") from None
    rows = _rows(text, path)
    names = next(rows, (1, []))[1]
    _check_header(names, path)
    found: dict[str, KnownLine] = {}
    problems: list[str] = []
    for line, cells in rows:
        try:
            named = dict(zip(names, map(_unguarded, cells), strict=True))
            finding_id, one = _line(named, line)
            if finding_id in found:
                first = found[finding_id].line
                raise ValueError(f"the finding {finding_id} stands in line {first} already")
            found[finding_id] = one
        except ValueError as error:
            said = str(error)
            if len(cells) != len(names):
                said = f"it has {len(cells)} cells, and the header {len(names)}"
            problems.append(f"{path}:{line}: {said}")
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        rest = f"; and {more} more line{'s' * (more > 1)}" if more > 0 else ""
        raise DataError("; ".join(problems[:_SHOWN_PROBLEMS]) + rest)
    return found


def write_known(path: str | Path, lines: Mapping[str, KnownLine]) -> None:
    """Write a file of known findings; the same lines give the same bytes.

    Raises:
        OutputError: the file cannot be written; what was there before stays.
    """
    order = sorted(lines, key=lambda one: (lines[one].rule_id, lines[one].subject, one))
    with whole_file(Path(path)) as file:
        file.write((",".join(COLUMNS) + "\n").encode())
        for finding_id in order:
            file.write((",".join(_cells(finding_id, lines[finding_id])) + "\n").encode())


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line it begins in."""
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # commas when there is none of them
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if cells and cells[0].startswith(_CONFLICT):
                raise DataError(
                    f"{path}:{line}: two versions were merged and this place is undecided; "
                    "keep one of them and remove the marks"
                )
            if any(cells):
                yield line, cells
    except csv.Error as error:
        raise DataError(
            f"{path}:{before + 1}: a quote is not closed or misplaced ({error})"
        ) from None


def _check_header(names: list[str], path: Path) -> None:
    missing = [name for name in COLUMNS if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if len(missing) > len(COLUMNS) // 2:
        raise DataError(
            f"{path} is not a file of known findings; its first line must be {','.join(COLUMNS)}"
        )
    if missing:
        raise DataError(f"{path}:1: the column {missing[0]} is missing")
    if unknown:
        raise DataError(
            f'{path}:1: the column "{unknown[0]}" is not one of known findings'
            f"{did_you_mean(unknown[0], COLUMNS)}; remarks belong into explanation"
        )
    if len(names) > len(COLUMNS):
        raise DataError(f"{path}:1: a column stands twice")


def _line(cells: Mapping[str, str], line: int) -> tuple[str, KnownLine]:
    finding_id, values_id = (cells[name].strip("' ") for name in ("finding_id", "values_id"))
    if _IDENTITY.fullmatch(finding_id) is None:
        raise ValueError(
            f'"{finding_id}" is not the identity of a finding, which has 16 digits 0-9 a-f'
        )
    if values_id and _IDENTITY.fullmatch(values_id) is None:
        raise ValueError(f'"{values_id}" is not a values_id, which has 16 digits 0-9 a-f')
    state = cells["state"].strip()
    if not cells["rule_id"].strip():
        raise ValueError("rule_id is missing")
    for known in WRITTEN_STATES:
        if state == known:
            break
    else:
        near = did_you_mean(state, WRITTEN_STATES) or f"; write {', '.join(WRITTEN_STATES)}"
        raise ValueError(f'the state "{state}" is not known{near}')
    if state == "accepted" and not values_id:
        raise ValueError(
            "accepted needs the values_id that was accepted; findings.csv has it beside finding_id"
        )
    expires, first_seen = _date(cells, "expires"), _date(cells, "first_seen")
    what = Known(known, cells["owner"], cells["explanation"], expires, values_id, first_seen)
    return finding_id, KnownLine(cells["rule_id"].strip(), cells["USUBJID"], what, line)


def _date(cells: Mapping[str, str], name: str) -> date | None:
    text = cells[name].strip()
    if not text:
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f'{name} "{text}" is not a day; write it as 2024-12-31')


def _cells(finding_id: str, line: KnownLine) -> list[str]:
    known = line.known
    texts = [line.rule_id, line.subject, known.state, known.owner, known.explanation]
    expires, first_seen = (
        day.isoformat() if day is not None else "" for day in (known.expires, known.first_seen)
    )
    return [
        _guarded_identity(finding_id),
        *(_quoted(_guarded(text)) for text in texts),
        expires,
        _guarded_identity(known.values_id),
        first_seen,
    ]


def _guarded_identity(text: str) -> str:
    """Return an identity so that no spreadsheet program rounds it: 16 digits, or 12e345."""
    return f"'{text}" if _LIKE_NUMBER.fullmatch(text) else text


def _guarded(text: str) -> str:
    return f"'{text}" if _RUN_BY_SPREADSHEETS.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def _quoted(text: str) -> str:
    if not any(character in text for character in ',"\r\n;\t'):
        return text
    return '"' + text.replace('"', '""') + '"'
