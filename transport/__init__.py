"""How a question reaches the schema and how the answer travels back: HTTP, server-sent events and WebSocket."""
