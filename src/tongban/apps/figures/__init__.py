"""What leaders look at: indicators over time, over units and places, against targets, and before and after a practice."""
