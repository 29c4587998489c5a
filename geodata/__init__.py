"""What is true about places: layers, coordinates, the store and the questions put to it."""
