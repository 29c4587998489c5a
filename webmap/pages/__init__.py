"""One file an audience."""
