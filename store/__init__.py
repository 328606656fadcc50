"""What is true and what is possible: the nouns of licensing, their states and their database."""
