"""How one practice goes in this county and in others: what is shared, what is read, both side by side."""
