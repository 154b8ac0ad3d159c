"""From an edition to tables, maps and briefs. Everything passes the release gate first: renderers take an `Edition` and nothing else."""

from __future__ import annotations

from heldby.publish.brief import brief_html
from heldby.publish.brief_markdown import brief_markdown
from heldby.publish.brief_pdf import brief_pdf
from heldby.publish.dates import plain_when
from heldby.publish.edition import Bundle, CourseRow, Edition, Provenance, Shape
from heldby.publish.folder import write_edition
from heldby.publish.map import MapOptions, map_png, map_svg
from heldby.publish.records import (
    changes_csv,
    changes_json,
    comparisons_csv,
    coverage_json,
    edition_json,
    evidence_csv,
    gaps_json,
    spells_csv,
    spells_json,
    statuses_csv,
    statuses_json,
    tallies_csv,
    tallies_json,
    why_json,
)
from heldby.publish.release import Release, UnitRule, release, release_course, release_timeline
from heldby.publish.sentences import confidence_sentence, status_sentence, unit_sentence
from heldby.publish.sources import sources_csv, sources_json, sources_table
from heldby.publish.sources_chart import sources_png, sources_svg
from heldby.publish.tables import (
    changes_table,
    clocks_table,
    comparisons_table,
    coverage_table,
    gaps_table,
    spells_table,
    statuses_table,
    tallies_table,
)
from heldby.publish.timelapse import timelapse_gif
from heldby.publish.timeline import Timeline
from heldby.publish.why import why_table
from heldby.publish.wording import old_news

__all__ = [
    "Bundle",
    "CourseRow",
    "Edition",
    "MapOptions",
    "Provenance",
    "Release",
    "Shape",
    "Timeline",
    "UnitRule",
    "brief_html",
    "brief_markdown",
    "brief_pdf",
    "changes_csv",
    "changes_json",
    "changes_table",
    "clocks_table",
    "comparisons_csv",
    "comparisons_table",
    "confidence_sentence",
    "coverage_json",
    "coverage_table",
    "edition_json",
    "evidence_csv",
    "gaps_json",
    "gaps_table",
    "map_png",
    "map_svg",
    "old_news",
    "plain_when",
    "release",
    "release_course",
    "release_timeline",
    "sources_csv",
    "sources_json",
    "sources_png",
    "sources_svg",
    "sources_table",
    "spells_csv",
    "spells_json",
    "spells_table",
    "status_sentence",
    "statuses_csv",
    "statuses_json",
    "statuses_table",
    "tallies_csv",
    "tallies_json",
    "tallies_table",
    "timelapse_gif",
    "unit_sentence",
    "why_json",
    "why_table",
    "write_edition",
]
