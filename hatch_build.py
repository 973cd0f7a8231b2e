"""Adds the parsed form of the shipped YAML to a wheel; `oncorules.data.model_files` says why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARSED = "parsed.json"


class ParsedForm(BuildHookInterface):  # type: ignore[type-arg]
    """Parses while the wheel is built; an editable install reads the YAML itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file beside the wheel, and name the place that it gets in it."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from oncorules.data.model_files import parsed_form

        made = Path(self.directory) / PARSED
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(parsed_form(), encoding="utf-8")
        build_data["force_include"][str(made)] = f"oncorules/data/{PARSED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the file away again."""
        (Path(self.directory) / PARSED).unlink(missing_ok=True)
