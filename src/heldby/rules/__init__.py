"""Rules an analyst can edit, and their loader. `load_rulebook` reads the TOML files of one language; `heldby.read.examples` tries their examples."""

from heldby.rules.loading import load_rulebook, parse_rulebook

__all__ = ["load_rulebook", "parse_rulebook"]
