"""For leaders and supervisors: what is late or about to be, by unit; what is stuck; and doing something about it."""
