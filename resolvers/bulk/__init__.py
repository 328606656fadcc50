"""Importing and exporting many rows at once."""
