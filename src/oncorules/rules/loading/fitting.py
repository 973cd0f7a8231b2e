"""Which shipped packs are for an export: each says so itself, under `fits` in its `pack.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from oncorules.rules.loading.loader import shipped_packs
from oncorules.rules.loading.model import Fits, PackHeader
from oncorules.rules.loading.pack_files import PACK_FILE, read_pack_files


@dataclass(frozen=True)
class Fitting:
    """A shipped pack that is for an export.

    Attributes:
        id: the pack.
        because: the tables and columns of the export that it is for.
        ask: why it is proposed and not picked; empty for a pack that is picked.
    """

    id: str
    because: tuple[str, ...]
    ask: str


def find_fitting(columns: Mapping[str, Set[str]]) -> tuple[Fitting, ...]:
    """Return the shipped packs that say that they are for an export.

    Args:
        columns: the columns of each table of the export, in upper case.

    Raises:
        RuleError: the header of a shipped pack cannot be used.
    """
    found = []
    for name, root in shipped_packs().items():
        if root.parent.name != "packs":  # a study is for its own export and nothing else
            continue
        fits = _fits_of(name)
        because = None if fits is None else _because(fits, columns)
        if fits is not None and because is not None:
            found.append(Fitting(name, because, fits.ask or ""))
    return tuple(found)


def _fits_of(pack: str) -> Fits | None:
    root = shipped_packs()[pack]
    read = read_pack_files(root, [(root / PACK_FILE, f"{pack}/{PACK_FILE}")], examples=False)
    return PackHeader.model_validate(read.header.data).fits if read.header else None


def _because(fits: Fits, columns: Mapping[str, Set[str]]) -> tuple[str, ...] | None:
    """Return what of the export a pack is for, or nothing when it is not for this one."""
    there = [name for name in (*fits.all_of, *fits.any_of) if _has(name, columns)]
    if not set(fits.all_of) <= set(there):
        return None
    return tuple(there) if there else None


def _has(name: str, columns: Mapping[str, Set[str]]) -> bool:
    table, _, column = name.partition(".")
    return table in columns and (not column or column in columns[table])
