"""The page of all projects."""
