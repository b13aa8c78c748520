"""The station map page."""
