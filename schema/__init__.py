"""The GraphQL schema: its types by entity, queries, mutations, subscriptions and reports."""
