"""Answers of analyses as JSON, the same that the commands give."""
