"""What everything stands on: errors, language, paths, numbers, files."""
