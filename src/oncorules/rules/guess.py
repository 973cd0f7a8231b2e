"""A run without any configuration: what the export is, and which shipped packs are for it."""

from __future__ import annotations

import shlex
from dataclasses import replace

from oncorules.data.export import Export, Note
from oncorules.data.recognise import Recognised, recognise
from oncorules.data.standard_version import describe_version
from oncorules.errors import DataError
from oncorules.rules.loading.fitting import Fitting, find_fitting

_SHOWN = 6


def guess(export: Export) -> tuple[Export, list[str]]:
    """Return an export as it was recognised, every guess noted, and the packs that are for it.

    Args:
        export: what was read.

    Raises:
        DataError: no table of a standard is recognised; the message says how to start then.
    """
    found = recognise(export)
    if not found.sdtm and not found.adam:
        raise DataError(_nothing(export))
    columns = {
        name: {column.name.upper() for column in found.export.tables[name].columns}
        for name in found.sdtm
    }
    fitting = find_fitting(columns)
    picked = [one for one in fitting if not one.ask]
    place = ", ".join(export.origin)
    notes = [Note(place, text) for text in (_standard(found), _packs(picked), *_asked(fitting))]
    notes[1:1] = [*found.notes, *_unknown(found, place)]
    notes.append(Note(place, f"all of this is guessed; to correct it: {_way_out(export)}"))
    export = replace(found.export, notes=(*export.notes, *notes))
    return export, [one.id for one in picked]


def _standard(found: Recognised) -> str:
    told = [describe_version(found.export)] if found.sdtm else []
    if found.adam:
        told.append(f"ADaM, version not told by the data ({_listed(found.adam)})")
    return f"taken for {' and '.join(told)}"


def _packs(picked: list[Fitting]) -> str:
    if not picked:
        return "no shipped pack has rules for these tables; only their structure is checked"
    return "rules of " + "; ".join(f"{one.id}, for {_listed(one.because)}" for one in picked)


def _asked(fitting: tuple[Fitting, ...]) -> list[str]:
    """Return what the packs are told with that somebody has to choose from."""
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in fitting:
        if one.ask:
            groups.setdefault((one.ask, one.because), []).append(one.id)
    return [
        f"{', '.join(ids)} would look at {_listed(because)} too and are not picked: {ask}"
        for (ask, because), ids in groups.items()
    ]


def _unknown(found: Recognised, place: str) -> list[Note]:
    if not found.unknown:
        return []
    return [Note(place, f"not recognised, so that no rule looks at it: {_listed(found.unknown)}")]


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _nothing(export: Export) -> str:
    return (
        f"{', '.join(export.origin)}: no table of SDTM or ADaM is recognised among"
        f" {_listed(tuple(export.tables))}; {_init(export)} writes a study that says what they"
        " are, or name rules with --pack or --study"
    )


def _way_out(export: Export) -> str:
    return f"--pack PACK or --study STUDY; {_init(export)} writes a study to start from"


def _init(export: Export) -> str:
    return shlex.join(["oncorules", "init", *export.origin, "--out", "OUR-STUDY"])
