"""What residents are told first: of a compound, of a community, and how one gets there."""
