"""Questions that take long: asked now, worked on by a process of its own, looked at meanwhile."""
