"""The note beside synthetic tables that says what they are; whatever reads them tells it."""

from __future__ import annotations

from pathlib import Path

NOTE = "SYNTHETIC.md"
_LONGEST = 500


def synthetic_note(folder: Path) -> str | None:
    """Return the first line of the note in a folder, None where there is none."""
    try:
        with (folder / NOTE).open(encoding="utf-8", errors="replace") as file:
            line = file.readline(_LONGEST).strip()
    except OSError:
        return None
    return line if line.startswith("Synthetic") else f"Synthetic, as {NOTE} says: {line}"
