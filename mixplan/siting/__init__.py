"""Where the new mortar lines go."""
