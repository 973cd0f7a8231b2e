"""Text from data, made safe to print: no control character reaches a terminal or a log."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

#: C0 and C1 controls, line and paragraph separators, marks that turn the direction of writing,
#: invisible joiners, and halves of surrogate pairs.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None


def visible(text: object) -> str:
    r"""Return a text in which every control character can be seen instead of obeyed.

    >>> visible("LB\x1b[31m")
    'LB\\x1b[31m'
    >>> visible("größer als 3 µmol")
    'größer als 3 µmol'
    """
    return _UNSAFE.sub(_spell, str(text))


def to_json(value: Json) -> str:
    r"""Return indented JSON that keeps letters readable and spells control characters.

    >>> print(to_json({"name": "µ\u202e"}))
    {
      "name": "µ\u202e"
    }
    """
    written = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    # Outside texts JSON has no such character but the line ends that `indent` puts there.
    return _UNSAFE.sub(lambda found: _spell_json(found[0]), written)


def _spell(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _spell_json(character: str) -> str:
    return character if character == "\n" else f"\\u{ord(character):04x}"
