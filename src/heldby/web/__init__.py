"""The API and the pages that `heldby serve` gives: reading alone, on this machine alone. The extra `web` has what it needs."""
