"""What changed, for whom: the audit trail as it grows, told to each listener as far as he may know."""
