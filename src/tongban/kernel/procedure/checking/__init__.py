"""What the check of a procedure looks for, one file for each sort of fault."""
