"""Talking with other counties: who they are, what is told them, what they tell, and what waits."""
