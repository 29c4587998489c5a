"""A report as a PDF: A4 pages with a map, tables, the definition and the receipt."""
