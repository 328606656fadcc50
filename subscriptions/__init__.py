"""Live updates: new audit entries as events, delivered to each subscriber as far as the viewer may see them."""
