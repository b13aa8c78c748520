"""Comments: on the cards of stations, sites and places, on the maps, and listed on a page of their own."""
