"""Open311 GeoReport v2: what a county offers to programs of others, what they send, and what anybody may read."""
