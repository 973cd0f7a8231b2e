"""Strict YAML 1.2 with places: plain data, and for every value its file, line and column.

What a value becomes:

| written | read as |
|---|---|
| `12`, `-3`, `1.50`, `.5` | int or Decimal, with the digits as written |
| `true`, `false`, `null`, `~`, nothing | True, False, None |
| `NO`, `yes`, `on`, `2014-02`, `12:30` | text |
| `010`, `1e3`, `12E5`, `0x1F`, `.inf` | text: a sample code must not lose a digit |
| any key (`no:`, `4:`, `null:`) | text, as written |

Refused, all with file, line and column: a duplicate key, a tab, a tag, a second document, anchors
that multiply, nesting without end, a file that is not UTF-8 or larger than 2 MB, and a formula in
`{ }` or `[ ]` that YAML cuts at its comma.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from oncorules.errors import Problem, RuleError
from oncorules.rules.loading.yaml_events import Reader, read_scalar
from oncorules.rules.loading.yaml_places import Document

__all__ = ["Document", "in_file_order", "read_bytes", "read_scalar", "read_yaml", "read_yaml_text"]

LARGEST_FILE = 2_000_000  # bytes; the largest shipped file has about 60,000


def read_yaml(path: Path, file_name: str | None = None) -> Document:
    """Return the document in a file.

    Args:
        path: the file.
        file_name: how places name the file; the path as given by default.

    Raises:
        RuleError: every problem of the file, each as `file:line:column: sentence`.
    """
    name = file_name or str(path)
    return read_yaml_text(read_bytes(path, name), name)


def read_bytes(path: Path, file_name: str) -> bytes:
    """Return the bytes of a file of reasonable size.

    Raises:
        RuleError: the file cannot be read, or is larger than 2 MB.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise RuleError([Problem(file_name, "the file is larger than 2 MB; split it")])
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise RuleError([Problem(file_name, f"the file cannot be read: {reason}")]) from error


def read_yaml_text(text: str | bytes, file_name: str) -> Document:
    r"""Return the document in a text.

    Args:
        text: the text, or its bytes in UTF-8.
        file_name: how places name it.

    Raises:
        RuleError: every problem of the text, each as `file:line:column: sentence`.

    >>> document = read_yaml_text("id: X\nlimit: 1.50", "x.yaml")
    >>> document.data, document.place(("limit",))
    ({'id': 'X', 'limit': Decimal('1.50')}, 'x.yaml:2:8')
    """
    content = _decoded(text, file_name) if isinstance(text, bytes) else text
    content = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(content) > LARGEST_FILE:
        raise RuleError([Problem(file_name, "the file is larger than 2 MB; split it")])
    reader = Reader(Document(file_name, content))
    reader.run()
    if reader.problems:
        raise RuleError(in_file_order(set(reader.problems)))
    return reader.document


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by file, line and column."""
    return sorted(problems, key=lambda problem: (_numbers(problem.place), problem.message))


def _numbers(place: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in place.split(":")]


def _decoded(data: bytes, file_name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        place = f"{file_name}:{line}:{column}"
        raise RuleError([Problem(place, "a byte that is not UTF-8; save as UTF-8")]) from error
