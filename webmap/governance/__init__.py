"""The sub-district's year in words and drawings: figures with what they count, their change, their charts and maps."""
