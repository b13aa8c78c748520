"""The siting page."""
