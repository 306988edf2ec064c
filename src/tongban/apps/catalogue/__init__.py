"""What the county offers, as everybody reads it: searched in plain words, with a guide page for each entry."""
