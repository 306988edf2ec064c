"""How cases travel through the offices: the event log, what is counted over it, and what of it is given away."""
