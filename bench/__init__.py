"""Benchmarks of the portal against its best alternatives, measured in the same run: `./portal bench`."""
