"""Whether the plan's own figures agree with each other."""
