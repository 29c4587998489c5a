"""A layer as a file to take away: what it says of itself, and how each format is written in bounded memory."""
