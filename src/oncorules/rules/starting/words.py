"""Words of sites for tables, columns, tests and answers (`data/models/own-names.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache

from oncorules.data.model_files import read_yaml

_TAG = re.compile(r"<[^<>]*>")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CLOSE = 0.86  # of difflib's ratio: one letter wrong in a word of six or more
_SHORTEST_CLOSE = 5  # letters; shorter words are close to too many others

Words = Mapping[str, Sequence[str]]


def plain(text: str) -> str:
    """Return a name as words in lower case: no signs, no tags.

    >>> plain("Date_of-Birth"), plain("<b>AeTerm</b>")
    ('date of birth', 'ae term')
    """
    parted = _HUMP.sub(" ", _TAG.sub(" ", text))
    return " ".join("".join(c.lower() if c.isalnum() else " " for c in parted).split())


@cache
def table_words() -> Words:
    """Return the words for each table."""
    return _plain_lists(read_yaml("models", "own-names.yaml")["tables"])


@cache
def column_words(table: str) -> Words:
    """Return the words for the columns of a table, those that any table may have included."""
    content = read_yaml("models", "own-names.yaml")
    return _plain_lists({**content["shared"], **content["columns"].get(table, {})})


@cache
def test_words(table: str) -> Words:
    """Return the words for tests by their code; the first is the name of the test."""
    return _plain_lists(read_yaml("models", "own-names.yaml")["tests"].get(table, {}))


@cache
def answer_words(codes: str) -> Words:
    """Return the words for the values of a code list."""
    return _plain_lists(read_yaml("models", "own-names.yaml")["answers"].get(codes, {}))


def _plain_lists(content: Mapping[str, Iterable[object]]) -> Words:
    return {
        name: tuple(dict.fromkeys([*(plain(str(one)) for one in words), plain(name)]))
        for name, words in content.items()
    }


def tables_called(name: str) -> list[str]:
    """Return the tables that a file or form is called after, the longest word first.

    >>> tables_called("my_study_adverse_events")
    ['AE']
    """
    padded = f" {plain(name)} "
    found = {
        table: max((len(word) for word in words if f" {word} " in padded), default=0)
        for table, words in table_words().items()
    }
    return sorted((one for one in found if found[one]), key=lambda one: -found[one])


def ways_to_say(name: str, prefixes: Iterable[str]) -> list[str]:
    """Return a name in plain words, as it is and without a prefix or suffix of its form.

    >>> ways_to_say("ae_start", ["ae"])
    ['ae start', 'start']
    """
    words = plain(name).split()
    said = [words]
    for prefix in map(str.split, prefixes):
        if prefix and len(words) > len(prefix):
            if words[: len(prefix)] == prefix:
                said.append(words[len(prefix) :])
            if words[-len(prefix) :] == prefix:
                said.append(words[: -len(prefix)])
    return list(dict.fromkeys(" ".join(one) for one in said if one))


def close_word(said: Iterable[str], words: Iterable[str]) -> str | None:
    """Return the word that a name is nearly, if any."""
    pairs = [
        (SequenceMatcher(None, one, word).ratio(), word)
        for one in said
        for word in words
        if min(len(one), len(word)) >= _SHORTEST_CLOSE
    ]
    ratio, word = max(pairs, default=(0.0, ""))
    return word if ratio >= _CLOSE else None
