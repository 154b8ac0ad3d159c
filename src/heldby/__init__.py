"""Who holds it, since when, and according to whom."""
