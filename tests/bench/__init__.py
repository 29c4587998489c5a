"""Measures csmap against other tools on the same data in the same run: ratios count, not seconds."""
