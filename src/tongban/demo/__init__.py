"""A demo county that has been at work for two years: everything invented, told by data, the same at every run."""
