"""Brings files of other people into the store, row by row, and says what became of each."""
