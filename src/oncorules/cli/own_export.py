"""The export that a study runs on when none is given: its twin, made for this run."""

from __future__ import annotations

from contextlib import ExitStack


def own_export(study: str, stack: ExitStack) -> tuple[str | None, list[str]]:
    """Return the folder of a study's twin and what to say of it; none where it has own rows.

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
        return None, []
    root = find_study(study)
    if not (root / FOLDER).is_dir():
        raise CallError(f"the study {root.name} has no rows of its own; give an export")
    folder = PrivateFolder()
    stack.callback(folder.close)
    made = generate(root, folder.path / root.name, mode="twin")
    return str(folder.path / root.name), [made.told]
