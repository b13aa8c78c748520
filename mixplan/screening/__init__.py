"""Which stations are flagged, by which rule, how surely."""
