"""Which code this is: written into loads and publications."""

VERSION = "0.1.0"
