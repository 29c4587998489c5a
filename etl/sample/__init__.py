"""Writes the synthetic sample district, as the files that an office would hand over."""
