"""The residents' page as files: what a plain file server hands out where no application answers."""
