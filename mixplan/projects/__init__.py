"""The state of a planner's work, and where it is kept."""
