"""What a verb says when the extra that it needs is not installed."""

from __future__ import annotations

from oncorules.errors import CallError


def missing_extra(error: ModuleNotFoundError, module: str, needs: str, extra: str) -> Exception:
    """Return what to raise when an import failed: any other module is a fault of ours.

    Args:
        error: of the import.
        module: the module that the extra brings.
        needs: what needs it, in words.
        extra: the name of the extra.

    >>> missing_extra(ModuleNotFoundError(name="z3"), "z3", "lint needs z3", "lint")
    CallError("lint needs z3; pip install 'oncorules[lint]'")
    """
    if error.name != module:
        return error
    return CallError(f"{needs}; pip install 'oncorules[{extra}]'")
