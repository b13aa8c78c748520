"""The page on which scenarios, or years, stand side by side."""
