"""The policy language: the text of a policy as a syntax tree, with the location of each rule."""
