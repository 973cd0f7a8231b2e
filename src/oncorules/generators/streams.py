"""Random numbers of a subject: the same whatever comes before, after or beside it."""

from __future__ import annotations

import numpy as np


def stream(seed: int, subject: int, purpose: int = 0) -> np.random.Generator:
    """Return the random numbers of one subject for one purpose.

    Philox is a counter with a key, so that no stream depends on how many others were drawn.
    """
    return np.random.Generator(np.random.Philox(key=[seed, (subject << 8) + purpose]))
