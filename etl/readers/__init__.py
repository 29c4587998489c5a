"""Opens files of every kind as parts with headings and batches of text rows."""
