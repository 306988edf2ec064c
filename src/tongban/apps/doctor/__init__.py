"""What is wrong with an installation and how to mend it; and whether it is ready to serve."""
