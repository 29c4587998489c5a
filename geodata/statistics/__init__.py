"""What small numbers allow to be said: rates with their intervals, smoothing, hot spots and densities, on arrays."""
