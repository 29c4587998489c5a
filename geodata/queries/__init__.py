"""One file a question put to PostGIS."""
