"""How fast the portal is, against the best that could stand in its place, in one run: `./portal bench`."""
