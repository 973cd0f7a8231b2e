"""Adds the parsed form of the shipped YAML to a wheel.

`oncorules.data.model_files` and `oncorules.rules.loading.kept_yaml` say why.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARSED = "parsed.json"


class ParsedForm(BuildHookInterface):  # type: ignore[type-arg]
    """Parses while the wheel is built; an editable install reads the YAML itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the files beside the wheel, and name the place that each gets in it."""
        if version == "editable":
            return
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        from oncorules.data.model_files import parsed_form
        from oncorules.rules.loading.kept_yaml import parsed_packs

        self._add("oncorules/data", parsed_form(), build_data)
        packs = parsed_packs(source / "oncorules" / "rules")
        self._add("oncorules/rules/loading", packs, build_data)

    def _add(self, package: str, text: str, build_data: dict[str, Any]) -> None:
        made = self._made(package)
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text, encoding="utf-8")
        build_data["force_include"][str(made)] = f"{package}/{PARSED}"

    def _made(self, package: str) -> Path:
        return Path(self.directory) / f"{package.replace('/', '-')}-{PARSED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the files away again."""
        for package in ("oncorules/data", "oncorules/rules/loading"):
            self._made(package).unlink(missing_ok=True)
