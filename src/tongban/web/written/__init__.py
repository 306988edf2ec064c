"""Templates as Python functions: what a page says is worked out by one function, not by asking a tree of nodes at every look."""
