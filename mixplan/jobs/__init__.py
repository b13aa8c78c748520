"""Long work beside the page."""
