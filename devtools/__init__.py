"""Development tools: the embedded PostgreSQL and the table of decisions."""
