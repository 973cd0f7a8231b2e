"""Text in codes keeps its words, its gaps and its order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from oncorules.generators.coded import Coded, joined

TEXTS = st.lists(st.sampled_from(["", "A", "B", "C"]), max_size=20)


def texts(column: Coded) -> list[str | None]:
    return column.arrow().to_pylist()


@given(TEXTS)
def test_texts_come_back_and_empty_ones_are_missing(given_texts):
    assert texts(Coded.of(given_texts)) == [text or None for text in given_texts]


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_columns_one_below_the_other_keep_all_texts(columns):
    assert texts(joined([Coded.of(column) for column in columns])) == [
        text or None for column in columns for text in column
    ]


def test_rows_are_found_by_their_words_and_taken_by_their_places():
    column = Coded.of(["A", "", "B", "A"])
    assert column.among("A").tolist() == [True, False, False, True]
    assert column.known.tolist() == [True, False, True, True]
    assert texts(column[np.array([2, 0, 1])]) == ["B", "A", None]
    assert texts(column.where(np.array([True, True, False, False]))) == ["A", None, None, None]
