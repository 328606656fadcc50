"""Development tools: the embedded PostgreSQL and the table of approved decisions."""
