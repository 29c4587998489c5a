"""Self-contained folium maps, and the page for PCs without WebGL."""
