"""Cartography: how what the registry declares is drawn, in MapLibre's words and as symbols that every outlet shares."""
