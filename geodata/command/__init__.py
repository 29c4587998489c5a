"""The commands that look after a deployment and its database."""
