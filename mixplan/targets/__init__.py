"""How far the plan's targets are reached, and whether its figures agree."""
