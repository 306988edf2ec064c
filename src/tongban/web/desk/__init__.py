"""The desk: where staff see what waits for them, work on a case, and register on somebody's behalf."""
