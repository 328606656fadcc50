"""How fields, lists and mutations are declared and resolved."""
