"""Builds what residents and planners may see, as tables of their own."""
