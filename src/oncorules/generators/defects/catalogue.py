"""All kinds of defects by name."""

from __future__ import annotations

from oncorules.generators.defects.dosing import DOSING
from oncorules.generators.defects.events import EVENTS
from oncorules.generators.defects.kinds import Kind
from oncorules.generators.defects.responses import RESPONSES
from oncorules.generators.defects.sample_rows import SAMPLE_ROWS
from oncorules.generators.defects.samples import SAMPLES
from oncorules.generators.defects.scans import MEASUREMENTS
from oncorules.generators.defects.subjects import SUBJECTS
from oncorules.generators.defects.visits import VISITS

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *SUBJECTS,
        *DOSING,
        *VISITS,
        *MEASUREMENTS,
        *RESPONSES,
        *SAMPLES,
        *SAMPLE_ROWS,
        *EVENTS,
    )
}
