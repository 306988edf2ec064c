"""Does a reply answer? Looked at before it is sent and before it is approved, in words, never as a score."""
