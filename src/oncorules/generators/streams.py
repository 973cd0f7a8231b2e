"""Random numbers of a block of subjects: the same whatever comes before, after or beside it."""

from __future__ import annotations

import numpy as np

PEOPLE = 15


def stream(seed: int, block: int, purpose: int = 0) -> np.random.Generator:
    """Return the random numbers of one block for one purpose, 0 to 15.

    Philox is a counter with a key, so that no stream depends on how many others were drawn.
    """
    return np.random.Generator(np.random.Philox(key=[seed, (block << 4) + purpose]))
