"""The built page as files in memory: what the build hook left in `static`, or nothing where it could not build."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

# No script or style stands in the document; Svelte's templates go through its own named policy of trusted types.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {within}; require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
)
NOBODY = "'none'"
THIS_MACHINE = "'self' http://127.0.0.1:* http://localhost:*"  # notebooks and drafts on this machine may frame the embed view
MEND = "the page is not built: install Node 20.19 or newer, then `make page` (a released wheel has it built); until then tables drawn by the server"


@dataclass(frozen=True, slots=True)
class Shell:
    """The page's document, and its files by the name under /assets/ with their media types."""

    document: bytes
    assets: dict[str, tuple[bytes, str]]


def built_page() -> Shell | None:
    """The page as the package carries it; None where it does not."""
    static = files("heldby.web") / "static"
    index = static / "index.html"
    if not index.is_file():
        return None
    return Shell(
        index.read_bytes(), {item.name: (item.read_bytes(), _media_type(item)) for item in (static / "assets").iterdir() if item.is_file()}
    )


def _media_type(item: Traversable) -> str:
    kind = "text/javascript" if item.name.endswith(".js") else mimetypes.guess_type(item.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
