"""All layers, in the order in which people meet them."""
