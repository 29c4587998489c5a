"""Who is reached, by what way, and what would change it: pure arithmetic on arrays, without store and pages."""
