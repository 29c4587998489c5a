"""The commands that bring data in."""
