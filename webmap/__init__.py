"""Turns requests into answers."""
