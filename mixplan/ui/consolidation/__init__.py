"""The consolidation page."""
