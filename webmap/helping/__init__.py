"""Help: one guide an audience, with pictures, and the words of all layers."""
