"""Access to rows: the view that reads and the gate that changes."""
