"""The compiler: from a syntax tree to one plan for each action on each class."""
