"""The database: connections, the mapped base class, migrations, locks, tokens and time."""
