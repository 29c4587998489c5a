"""What `./csmap bench serve` measures, and with whom: data, servers, clients and rows."""
