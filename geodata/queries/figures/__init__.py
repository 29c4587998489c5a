"""Figures of a sub-district's year: who has which, one condition for what is counted and for its list, the counts."""
