"""Explanations: why a permission is granted, or which facts are missing."""
