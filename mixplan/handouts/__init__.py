"""What goes out of the house: slides, documents, workbooks, map data."""
