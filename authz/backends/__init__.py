"""The backends: a predicate as SQL, as Python, or as a question to Oso."""
