"""The briefing page."""
