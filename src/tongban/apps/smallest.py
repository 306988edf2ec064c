"""How few is too few to be told."""

FEWEST = 5
"""Of fewer cases the public is told no number: whoever knows one of them would learn of the others."""
