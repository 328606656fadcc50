"""What a compiled plan becomes: SQL, Python, or a question to Oso."""
