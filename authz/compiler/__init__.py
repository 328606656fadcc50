"""The compiler: from a syntax tree to one predicate for each action on each class (docs/compiler.md)."""
