"""Charts of targets and coverage."""
