"""From an edition to tables, maps and briefs. Everything passes the release gate first: renderers take an `Edition` and nothing else."""
