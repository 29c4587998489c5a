"""What planners ask: each reads the store, has coverage work it out, and says from what."""
