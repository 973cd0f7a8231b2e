"""Values as text, alike in every written file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def as_text(values: pa.Array) -> pa.Array:
    """Return a column as text; missing values and empty text become null.

    Numbers have no zeros at the end of their decimals (5, not 5.000000), days and times are
    ISO 8601 (midnight is the day alone), truth values true and false; NaN is missing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as of

    kind = values.type
    if of.is_dictionary(kind):
        return as_text(values.dictionary_decode())
    if of.is_decimal(kind):
        return _decimals(values)
    if of.is_floating(kind):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, kind), values)
    if of.is_timestamp(kind):
        return _times(values)
    text = pc.cast(values, pa.large_string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)


def _decimals(values: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if values.type.scale > 6:  # beyond the sixth decimal Arrow writes 1E-7
        plain = (None if v is None else format(v, "f") for v in values.to_pylist())
        text = pa.array(plain, pa.large_string())
    else:
        text = pc.cast(values, pa.large_string())
    if values.type.scale <= 0:
        return text
    return pc.utf8_rtrim(pc.utf8_rtrim(text, "0"), ".")


def _times(values: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    days = pc.cast(pc.cast(values, pa.date32(), safe=False), pa.large_string())
    text = pc.replace_substring(pc.cast(values, pa.large_string()), " ", "T")
    text = pc.replace_substring_regex(text, r"\.0+$", "")
    return pc.if_else(pc.ends_with(text, "T00:00:00"), days, text)
