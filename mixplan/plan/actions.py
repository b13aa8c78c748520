"""What becomes of a station, and what a planner has decided of it beforehand: one vocabulary for both."""

RETAIN, UPGRADE, MERGE, CLOSE = "retain", "upgrade", "merge", "close"
ACTIONS = (RETAIN, UPGRADE, MERGE, CLOSE)
STOPS = (MERGE, CLOSE)  # after these a station itself supplies no more

UNDECIDED = "undecided"
DECISIONS = (RETAIN, CLOSE, UNDECIDED)
