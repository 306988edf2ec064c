"""The studio: practices read as drawings and lists, their settings tried out, and taken on by an administrator."""
