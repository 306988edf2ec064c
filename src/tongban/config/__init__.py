"""Django's settings, read from the environment once."""
