"""The export that a study runs on when none is given: its twin, made for this run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path


def told_of(export: str | None, notes: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what a synthetic export says of itself, and the other notes."""
    from oncorules.data.synthetic import synthetic_note

    told = None if export is None else synthetic_note(Path(export))
    if told is None:
        return [], list(notes)
    return [told], [note for note in notes if not note.endswith(told)]


def own_export(study: str, stack: ExitStack) -> str | None:
    """Return the folder of a study's twin; none where the study has rows of its own.

    Args:
        study: the id of a shipped study, or the folder of one.
        stack: removes the folder when it is closed.

    Raises:
        CallError: there is no such study, or it has neither rows of its own nor a twin.
    """
    from oncorules.analysis.plan.read import read_plan
    from oncorules.analysis.published.read import find_study, read_published
    from oncorules.data.private import PrivateFolder
    from oncorules.errors import CallError
    from oncorules.generators.generate import generate
    from oncorules.generators.latent import FOLDER

    if read_plan(study, read_published(study)).data is not None:
        return None
    root = find_study(study)
    if not (root / FOLDER).is_dir():
        raise CallError(f"the study {root.name} has no rows of its own; give an export")
    folder = PrivateFolder()
    stack.callback(folder.close)
    made = folder.path / root.name
    generate(root, made, mode="twin")
    return str(made)
