"""Test data: the small demo world with the cast of the tests, and large worlds generated from a seed."""
