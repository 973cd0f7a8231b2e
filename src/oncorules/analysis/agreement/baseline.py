"""The figures that agreed when somebody last looked: a file of ids under version control."""

from __future__ import annotations

from pathlib import Path

from oncorules.analysis.agreement.compare import Agreements
from oncorules.analysis.published.read import FOLDER, find_study
from oncorules.errors import DataError
from oncorules.rules.loading.kept_yaml import SYNTHETIC

FILE = "agreed.txt"


def baseline_of(study: str | Path) -> Path:
    """Return where a study keeps its baseline, whether or not it is there.

    Raises:
        CallError: there is no such study, or it brings no figures.
    """
    return find_study(study) / FOLDER / FILE


def read_baseline(path: Path) -> set[str]:
    """Return the ids that a baseline lists; lines that start with # are remarks.

    Raises:
        DataError: the file is not there, is not text, or has a line that is no id.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()  # an editor may have put a mark in front
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise DataError(
            f"the baseline {path} cannot be read ({reason}); make one with --keep-baseline"
        ) from None
    for number, line in enumerate(lines, 1):
        if not line.startswith("#") and len(line.split()) > 1:
            raise DataError(
                f'{path}:{number}: "{line[:60]}" is not the id of a figure; a baseline has one id '
                "in a line, and --keep-baseline makes one"
            )
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def known_to_agree(
    study: str | Path, named: str | Path | None = None, export: str | None = None
) -> set[str] | None:
    """Return the ids of a baseline that was named, else of the study's own; None without one.

    Of a study with a synthetic twin it holds for the twin, and not for another export.

    Raises:
        CallError: there is no such study, or it brings no figures.
        DataError: the file is not there or is not text.
    """
    if named is not None:
        return read_baseline(Path(named))
    kept = baseline_of(study)
    of_twin = (find_study(study) / SYNTHETIC).is_dir()
    return read_baseline(kept) if kept.exists() and not (of_twin and export) else None


def write_baseline(agreements: Agreements, path: Path) -> None:
    """Write the ids of the figures that agree, in the order of the paper.

    Raises:
        OutputError: the file cannot be written.
    """
    from oncorules.data.whole_file import whole_file

    agreeing = agreements.agreeing()
    lines = [one.figure.id for one in agreements if one.figure.id in agreeing]
    with whole_file(path) as file:
        file.write("".join(f"{line}\n" for line in lines).encode())


def drifted(agreements: Agreements, baseline: set[str]) -> list[str]:
    """Return the ids that agreed in the baseline and no longer do, those that are gone included."""
    return sorted(baseline - agreements.agreeing())
