"""Where things are: coordinates, layers, rings, districts, sectors, ban zones, hauls."""
