"""A column of text that repeats: a small number per row, and the words that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Rows = np.ndarray[Any, Any]
"""An array of NumPy with one entry per row."""


@dataclass(frozen=True)
class Coded:
    """Text in codes; -1 is missing.

    Attributes:
        codes: the place of each row's word.
        words: each word once.
    """

    codes: Rows
    words: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Coded:
        """Return texts in codes; empty text is missing."""
        words = tuple(dict.fromkeys(text for text in texts if text))
        place = {word: code for code, word in enumerate(words)}
        codes = [place[text] if text else -1 for text in texts]
        return cls(np.array(codes, np.int32), words)

    @classmethod
    def same(cls, word: str, rows: int) -> Coded:
        """Return one word in all rows."""
        return cls(np.zeros(rows, np.int32), (word,))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Rows | slice) -> Coded:
        return Coded(self.codes[rows], self.words)

    def among(self, *words: str) -> Rows:
        """Return in which rows one of these words stands."""
        wanted = np.array([*(word in words for word in self.words), False])  # the last for -1
        found: Rows = wanted[self.codes]
        return found

    @property
    def known(self) -> Rows:
        """In which rows there is a word."""
        return self.codes >= 0

    def where(self, rows: Rows) -> Coded:
        """Return the same with the words of these rows only; the others are missing."""
        return Coded(np.where(rows, self.codes, -1), self.words)

    def arrow(self) -> pa.Array:
        """Return the column as Arrow writes it, its words once."""
        import pyarrow as pa

        codes = pa.array(self.codes.astype(np.int32, copy=False), mask=self.codes < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(self.words, pa.string()))


def joined(parts: Sequence[Coded]) -> Coded:
    """Return columns one below the other."""
    words = tuple(dict.fromkeys(word for part in parts for word in part.words))
    place = {word: code for code, word in enumerate(words)}
    codes = []
    for part in parts:
        table = np.array([*(place[word] for word in part.words), -1], np.int32)
        codes.append(table[part.codes])
    return Coded(np.concatenate(codes), words)
