"""The commands that put data on screens."""
