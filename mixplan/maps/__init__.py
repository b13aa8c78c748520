"""Maps for the browser and for paper."""
