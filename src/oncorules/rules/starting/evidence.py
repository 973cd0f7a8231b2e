"""What the values of a column say for or against a name: dates, numbers, codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from oncorules.data.export import Part
from oncorules.data.mapping import ColumnFrom
from oncorules.data.model import Column, Model
from oncorules.data.peek import peek
from oncorules.rules.starting.forms import Field
from oncorules.rules.starting.words import answer_words, plain

_SEEN = 300  # different values; more tell nothing new
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2})?)?)?)?")
_NATIONAL = re.compile(r"(\d{1,2}|UK|UNK|NK)([-/.])(\d{1,2}|UK|UNK|NK)\2\d{4}([ T]\d{2}:\d{2}.*)?")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
_CODE = re.compile(r"[-+]?\d{1,4}")


@dataclass(frozen=True)
class Judged:
    """A column as it would be read, whether that is sure, and why or why not."""

    column: ColumnFrom
    sure: bool
    why: str = ""


def judge(part: Part, own: Field, wanted: Column, model: Model, style: str) -> Judged:
    """Return how a column of a file would be read as a column of the table model.

    Args:
        part: the file.
        own: the column of the file.
        wanted: the column of the table model.
        model: has the code lists.
        style: what the export looks like, `REDCap`, `Castor` or empty.

    Raises:
        DataError: the file cannot be read.
    """
    values = [value.strip() for (value,) in peek(part, [own.name], _SEEN)]
    if wanted.type == "date":
        return _date(own, values, style)
    if wanted.type in ("number", "integer") and not own.choices:
        odd = [value for value in values if not _NUMBER.fullmatch(value)]
        return Judged(ColumnFrom(own.name), not odd, f'"{odd[0]}" is no number' if odd else "")
    if wanted.codes is not None:
        return _coded(own, values, wanted, model)
    if own.choices and not _is_said_by_code(own.choices):
        return Judged(ColumnFrom(own.name, codes=own.choices), True, "codes of the dictionary")
    return Judged(ColumnFrom(own.name), True)


def _date(own: Field, values: list[str], style: str) -> Judged:
    if all(_ISO.fullmatch(value) for value in values):
        return Judged(ColumnFrom(own.name), True, "" if values else "no value yet")
    found = [_NATIONAL.fullmatch(value) for value in values]
    fitting = [match for match in found if match]
    pairs = zip(values, found, strict=True)
    odd = [value for value, match in pairs if not match and not _ISO.fullmatch(value)]
    if odd:
        return Judged(ColumnFrom(own.name), False, f'"{odd[0]}" is no date')
    signs = {match[2] for match in fitting}
    if len(signs) > 1 or len(fitting) < len(values):
        return Judged(ColumnFrom(own.name), False, "dates are written in several ways")
    day_first = any(match[1].isdigit() and int(match[1]) > 12 for match in fitting)
    month_first = any(match[3].isdigit() and int(match[3]) > 12 for match in fitting)
    sign = signs.pop()
    form = sign.join(("MM", "DD", "YYYY") if month_first else ("DD", "MM", "YYYY"))
    if day_first and month_first:
        return Judged(ColumnFrom(own.name), False, "day and month come in either order")
    if not (day_first or month_first) and style != "Castor":
        why = "day or month first: no value tells"
        return Judged(ColumnFrom(own.name, date=form), False, why)
    why = "the values tell" if day_first or month_first else "as Castor writes dates"
    return Judged(ColumnFrom(own.name, date=form), True, f"{form}: {why}")


def _coded(own: Field, values: list[str], wanted: Column, model: Model) -> Judged:
    """Return the reading of a column with a code list: each value must have a meaning."""
    allowed = model.code_list(wanted)
    assert allowed is not None
    name = wanted.codes if isinstance(wanted.codes, str) else ""
    if values and all(value in allowed.values for value in values):
        return Judged(ColumnFrom(own.name), True)
    meanings = dict(own.choices) or {value: value for value in values}
    words = {plain(value): value for value in allowed.values}
    for value, said in answer_words(name).items():
        words |= dict.fromkeys(said, value)
    codes = {
        code: words[plain(meaning)] for code, meaning in meanings.items() if plain(meaning) in words
    }
    left = tuple(value for value in meanings if value not in codes)
    if not meanings:
        return Judged(ColumnFrom(own.name), True, "no value yet")
    if not left:
        source = "codes of the dictionary" if own.choices else "each value has a known meaning"
        same = all(code == value for code, value in codes.items())
        return Judged(ColumnFrom(own.name, codes={} if same else codes), True, source)
    if allowed.extensible and not all(_CODE.fullmatch(value) for value in left):
        return Judged(ColumnFrom(own.name, codes=codes), True, "its list is open")
    shown = ", ".join(f'"{one}"' for one in left[:5])
    guessed = codes or dict.fromkeys(left[:9], "?")
    why = f"what {shown} mean is not known; the list has {', '.join(allowed.values[:6])}"
    return Judged(ColumnFrom(own.name, codes=guessed), False, why)


def _is_said_by_code(choices: Mapping[str, str]) -> bool:
    """Return whether each meaning only says its code again, as `Grade 3` does for 3."""
    return all(code in plain(meaning).split() for code, meaning in choices.items())
