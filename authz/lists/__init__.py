"""Lists of rows: the statements that fetch pages, counts and neighbors."""
