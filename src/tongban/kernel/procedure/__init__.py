"""Procedures: what they are (model), what may happen (decide), what a case becomes (evolve), what is wrong with one (check)."""
