"""The package's build hook: wheel and sdist carry the built page.

Where it cannot be built (no Node, no registry) the package is made without it, with one warning; HELDBY_REQUIRE=page makes that fatal.
An editable install leaves the page alone (`make page` builds it), unless HELDBY_REQUIRE names it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):
    """Runs page/build.py before files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        spec = importlib.util.spec_from_file_location("heldby_page_build", root / "page" / "build.py")
        assert spec is not None
        assert spec.loader is not None
        build = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(build)
        if version == "editable" and not build.required():
            return
        try:
            build.ensure(root)
        except build.PageError as error:
            if build.required():
                raise SystemExit(f"page: {error}") from None
            self.app.display_warning(f"the page is left out: {error}. `heldby serve` still gives the API and tables drawn by the server.")
