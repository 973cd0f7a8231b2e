"""Any text as a cell of a workbook: what Excel cannot hold is told and not lost in silence.

A cell holds 32,767 characters, counted as UTF-16 does. Control characters, marks that turn the
direction of writing and what XML has no spelling for are written as their code, so that they are
seen instead of obeyed. A text that begins with `<r>` and ends with `</r>` gets a blank at its end:
xlsxwriter would put it into the file as XML, and with it any formula that it holds.

Source: Microsoft, Excel specifications and limits; XML 1.0, section 2.2.
"""

from __future__ import annotations

import re

LONGEST = 32_767
_SHOWN = 32_000  # of a text that is too long
#: All but the tab and the line feed, which a cell may hold.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)


def cell_text(text: str) -> str:
    r"""Return a text as a cell shows it.

    >>> cell_text("LB\x1b[31m"), cell_text("a\r\nb"), cell_text("5 \u00b5mol")
    ('LB\\x1b[31m', 'a\nb', '5 µmol')
    >>> cell_text("x" * 40_000)[32_000:]
    '... (cut; the text has 40,000 characters)'
    """
    text = spelled(text)
    if len(text) > LONGEST // 2 and _units(text) > LONGEST:
        return f"{_cut(text)}... (cut; the text has {len(text):,} characters)"
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def spelled(text: str) -> str:
    r"""Return a text in which what nobody would see is spelled; line ends and tabs stay.

    >>> spelled("LB\u202e, a\tb")
    'LB\\u202e, a\tb'
    """
    if _UNSAFE.search(text):
        return _UNSAFE.sub(_spell, text.replace("\r\n", "\n"))
    return text


def _spell(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    return text.encode("utf-16-le")[: 2 * _SHOWN].decode("utf-16-le", errors="ignore")
