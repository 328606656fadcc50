"""Who may do what: `policies.polar` compiled to SQL and Python, and the gate through which every row passes."""
