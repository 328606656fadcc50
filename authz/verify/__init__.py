"""Checks that SQL, Python and Oso give the same answers, in random worlds and on random policies."""
