"""Briefings: folium maps with their lists in one file that needs no server, no network and no WebGL."""
