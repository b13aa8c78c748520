"""The proposal and the plan in use: a planner's file, else what the session's other pages have left."""

SITES = "siting_sites"  # proposal of the siting page: a list of records id, lon, lat, capacity
PLAN = "consolidation_plan"  # plan of the consolidation page: a table by plant id with action and, if known, capacity
