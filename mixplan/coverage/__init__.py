"""How much of the ban zones the mortar plants reach and can serve."""
