"""The small pure functions that each row passes through."""
