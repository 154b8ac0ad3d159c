"""An edition as a folder of files: the only place where publication writes."""

from __future__ import annotations

from pathlib import Path

from heldby.publish.brief import brief_html
from heldby.publish.edition import Edition
from heldby.publish.map import MapOptions, map_png, map_svg
from heldby.publish.records import changes_csv, comparisons_csv, edition_json, evidence_csv, spells_csv, statuses_csv, tallies_csv
from heldby.publish.sources import sources_csv


def write_edition(edition: Edition, folder: Path, options: MapOptions | None = None) -> tuple[Path, ...]:
    """Write map.png, map.svg, brief.html, the CSV tables and edition.json into `folder` (made where missing); the paths, most useful first.

    Files of these names are replaced; no other is touched. Raises HeldbyError where the extra `map` is not installed.
    """
    texts = {
        "brief.html": brief_html(edition),
        "map.svg": map_svg(edition, options),
        **table_files(edition),
        "edition.json": edition_json(edition) + "\n",
    }
    picture = map_png(edition, options)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "map.png").write_bytes(picture)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8", "replace"))
    return tuple(folder / name for name in ("map.png", *texts))


def table_files(edition: Edition) -> dict[str, str]:
    """The tables of an edition as CSV, by the names of their files."""
    return {
        "statuses.csv": statuses_csv(edition),
        "evidence.csv": evidence_csv(edition),
        "tallies.csv": tallies_csv(edition),
        "published-tallies.csv": comparisons_csv(edition),
        "changes.csv": changes_csv(edition),
        "spells.csv": spells_csv(edition),
        **({"sources.csv": sources_csv(edition)} if edition.records else {}),
    }
