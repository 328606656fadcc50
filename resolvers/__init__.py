"""What the portal does: one function for each use case, in the order it happens."""
