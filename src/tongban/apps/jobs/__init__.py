"""What runs behind the pages: one list of jobs, how each is run, and the workers that run them."""
