"""The script that every page is reached by, in a folder of its own."""
