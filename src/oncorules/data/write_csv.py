"""CSV as in RFC 4180: UTF-8, commas, CR LF, quotes only where a value needs them.

The bytes of a value are those of the data. A spreadsheet program takes a cell that begins with
`=`, `+`, `-`, `@`, a tab or a carriage return for a formula and runs it when the file is opened,
and quotes do not keep it from doing so. A file of data must not be changed for that: it is read
by programs, and the next reader would find an apostrophe that nobody sent. A file that people
open to look at, such as a list of findings with values out of an export from strangers, is better
guarded: then an apostrophe goes before such text, numbers excepted, and the exact values stand in
the Parquet file beside it.

Source: RFC 4180; OWASP, CSV Injection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from oncorules.data.write_values import as_text

if TYPE_CHECKING:
    import pyarrow as pa

    from oncorules.data.write import Rows

_ROWS_AT_ONCE = 50_000
_FORMULA = r"\A[=+\-@\t\r]"
_NUMBER = r"\A[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?\z"


def write(rows: Rows, file: BinaryIO, *, guard_formulas: bool = False) -> None:
    """Write rows as CSV with a header.

    Args:
        rows: The rows.
        file: Where the bytes go.
        guard_formulas: Put an apostrophe before text that a spreadsheet would run.
    """
    import pyarrow as pa

    names = pa.array(rows.schema().names, pa.large_string())
    header = [names.slice(i, 1) for i in range(len(names))]
    _write_lines(header, file, guard_formulas)
    for batch in rows.batches(_ROWS_AT_ONCE):
        _write_lines([as_text(column) for column in batch.columns], file, guard_formulas)


def _write_lines(columns: list[pa.Array], file: BinaryIO, guard: bool) -> None:
    """Write columns of text as lines, all at once: they are joined into one long text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not columns or not len(columns[0]):
        return
    cells = [_quoted(_guarded(column) if guard else column) for column in columns]
    if len(cells) == 1:  # an empty line would be no row at all
        cells = [pc.fill_null(cells[0], '""')]
    cells[-1] = _joined("", pc.fill_null(cells[-1], ""), "\r\n")
    lines = pc.binary_join_element_wise(
        *cells, pa.scalar(",", pa.large_string()), null_handling="replace", null_replacement=""
    )
    file.write(_bytes(lines))


def _bytes(text: pa.Array) -> bytes:
    """Return all texts of a column one after the other, as they lie in memory."""
    _, offsets, content = text.buffers()
    if content is None:
        return b""
    ends = memoryview(offsets).cast("q")
    return bytes(memoryview(content)[ends[text.offset] : ends[text.offset + len(text)]])


def _quoted(text: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    content = _bytes(text)  # most columns need no quotes at all; a look at their bytes is quick
    if not any(character in content for character in (b'"', b",", b"\r", b"\n")):
        return text
    special = pc.match_substring_regex(text, '[",\r\n]')
    inside = pc.replace_substring(text, '"', '""')
    return pc.if_else(special, _joined('"', inside, '"'), text)


def _guarded(text: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    risky = pc.match_substring_regex(text, _FORMULA)
    if not pc.any(risky).as_py():
        return text
    risky = pc.and_not(risky, pc.match_substring_regex(text, _NUMBER))
    return pc.if_else(risky, _joined("'", text, ""), text)


def _joined(before: str, text: pa.Array, after: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.large_string()
    return pc.binary_join_element_wise(
        pa.scalar(before, kind), text, pa.scalar(after, kind), pa.scalar("", kind)
    )
