"""Access control: `policies.polar` compiled to SQL and Python, and the gate through which all rows are read and changed."""
