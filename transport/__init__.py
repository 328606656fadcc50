"""GraphQL over HTTP, server-sent events and WebSocket, with limits, and the exports."""
