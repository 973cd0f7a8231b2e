"""The twin of a paper as an SDTM export: every subject of the solved cohort."""

from __future__ import annotations

import numpy as np

from oncorules.generators.design import Design
from oncorules.generators.latent import Subject
from oncorules.generators.people import draw_sites
from oncorules.generators.records import Records
from oncorules.generators.sdtm_columns import COLUMNS
from oncorules.generators.story import Story
from oncorules.generators.streams import stream

PEOPLE = 3


def tell_twin(subjects: list[Subject], design: Design, seed: int) -> Records:
    """Return the export of a cohort.

    Args:
        subjects: of the solved cohort.
        design: what the paper does not say.
        seed: of all that no figure sees: days inside their slack, identifiers, names, the course
            between visits.
    """
    records = Records(design.study, COLUMNS)
    sites = draw_sites(design.sites, design.locale, seed)
    numbers = stream(seed, 0, PEOPLE).permutation(len(subjects))
    for place in np.argsort(numbers):
        site = sites[int(place) % len(sites)]
        story = Story(subjects[place], int(place), int(numbers[place]) + 1, seed, design, site)
        story.tell(records)
    return records
