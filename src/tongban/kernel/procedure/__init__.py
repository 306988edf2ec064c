"""Procedures: what they are (model), what may happen (decide), what becomes of a case (evolve), what is wrong
with one (check), and what a page shows of it (available, drawing)."""
