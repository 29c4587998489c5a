"""The site's processes: how they start, speak TLS, and keep slow clients from standing in the way."""
