"""The domain: entities, their states and rules, and the database that stores them."""
