"""Hatchling's hook: what is built or installed holds the catalog's file, built from the record's text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the file into the tree that is packed; an editable installation uses it there."""
        sys.path.insert(0, self.root)
        try:
            from kerasmagic.catalog.building import build
        finally:
            sys.path.remove(self.root)
        path = Path(self.root, "kerasmagic", "catalog", "catalog.sqlite")
        build(path)
        build_data["artifacts"].append("/kerasmagic/catalog/catalog.sqlite")
