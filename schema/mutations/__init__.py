"""The mutations of the schema, one module for each entity."""
