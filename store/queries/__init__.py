"""Named queries that use cases run in their transaction, by entity."""
