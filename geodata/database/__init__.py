"""The store: the embedded cluster, logins, engines and what every record carries."""
