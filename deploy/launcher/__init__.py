"""Sets the project up on first use and starts its commands, with nothing but the standard library."""
