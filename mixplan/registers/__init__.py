"""What planners bring: plants, points, decisions, proposals."""
