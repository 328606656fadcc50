"""Worlds to try the portal in: the small one with the cast of the tests, and large ones made by a seed."""
